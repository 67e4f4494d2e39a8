import type { Range } from 'vscode-languageclient';

/** A connection or subscription, as the server tells it. */
export interface Resource {
  kind: string;
  noun: string;
  name: string | null;
  owner: string | null;
  range: Range;
  facts: Fact[];
}

/** Something that a resource has or lacks, in words. */
export interface Fact {
  text: string;
  /** Null where nobody can tell. */
  isGood: boolean | null;
}

/** What the server says of one document. */
export interface Answer {
  uri: string;
  resources: Resource[];
}

/** A component, hook, class or function, with what it opens. */
export interface Owner {
  uri: string;
  name: string;
  resources: Resource[];
}

/** What a resource is called. */
export function labelOf({ noun, name }: Resource): string {
  const label = name === null ? noun : `${noun} ${name}`;
  return label[0]?.toUpperCase() + label.slice(1);
}

/** The resources of all documents by their owners, in the order of the documents and the text. */
export function ownersOf(resources: Map<string, Resource[]>): Owner[] {
  const owners: Owner[] = [];
  for (const [uri, ofDocument] of [...resources].sort(([one], [other]) => (one < other ? -1 : 1))) {
    const byName = new Map<string, Owner>();
    for (const resource of ofDocument) {
      const name = resource.owner ?? 'the module';
      const owner = byName.get(name) ?? { uri, name, resources: [] };
      owner.resources.push(resource);
      byName.set(name, owner);
    }
    owners.push(...byName.values());
  }
  return owners;
}
