import {
  EventEmitter,
  ThemeColor,
  ThemeIcon,
  TreeItem,
  TreeItemCollapsibleState,
  Uri,
  workspace,
  type Disposable,
  type TreeDataProvider,
} from 'vscode';

import { labelOf, ownersOf, type Answer, type Owner, type Resource } from './resources';

/** The way to the server; without one there is no answer. */
export type Ask = (uri?: string) => Promise<Answer[] | undefined>;

type Node = { owner: Owner; resource?: Resource };

/** So long nobody types, and what was typed is looked at. */
const PAUSE_MS = 300;

/** The view "Realtime": what is opened, by whom, and what each has and lacks. */
export class RealtimeView implements TreeDataProvider<Node>, Disposable {
  readonly #ask: Ask;
  readonly #changed = new EventEmitter<void>();
  readonly onDidChangeTreeData = this.#changed.event;
  readonly #waiting = new Map<string, NodeJS.Timeout>();
  #resources: Map<string, Resource[]> | undefined;

  constructor(ask: Ask) {
    this.#ask = ask;
  }

  dispose(): void {
    this.#waiting.forEach((timer) => clearTimeout(timer));
    this.#changed.dispose();
  }

  /** All is asked for again, as soon as somebody looks. */
  refresh(): void {
    this.#resources = undefined;
    this.#changed.fire();
  }

  /** One document was looked at again. What nobody sees is asked for when somebody does. */
  follow(uri: string, isVisible: boolean): void {
    if (this.#resources === undefined) return;
    if (!isVisible) return this.refresh();
    clearTimeout(this.#waiting.get(uri));
    this.#waiting.set(uri, setTimeout(() => void this.#update(uri), PAUSE_MS));
  }

  async #update(uri: string): Promise<void> {
    this.#waiting.delete(uri);
    if (this.#resources === undefined) return;
    const known = this.#resources;
    const answers = await this.#ask(uri);
    if (known !== this.#resources || answers === undefined) return;
    // No answer at all is a text that is broken at the moment: what is shown stays.
    for (const { resources } of answers) {
      if (same(known.get(uri) ?? [], resources)) continue;
      known.set(uri, resources);
      this.#changed.fire();
    }
  }

  async getChildren(node?: Node): Promise<Node[]> {
    if (node !== undefined) {
      return node.resource === undefined ? node.owner.resources.map((resource) => ({ ...node, resource })) : [];
    }
    if (this.#resources === undefined) {
      const answers = await this.#ask();
      if (answers === undefined) return [];
      this.#resources = new Map(answers.map(({ uri, resources }) => [uri, resources]));
    }
    return ownersOf(this.#resources).map((owner) => ({ owner }));
  }

  getTreeItem({ owner, resource }: Node): TreeItem {
    const uri = Uri.parse(owner.uri);
    if (resource === undefined) {
      const item = new TreeItem(owner.name, TreeItemCollapsibleState.Expanded);
      item.description = workspace.asRelativePath(uri);
      item.id = `${owner.uri} ${owner.name}`;
      return item;
    }
    const { facts } = resource;
    const item = new TreeItem(labelOf(resource));
    item.description = facts.map(({ text }) => text).join(' · ');
    item.tooltip = [labelOf(resource), ...facts.map(({ text, isGood }) => `${MARKS[String(isGood)]} ${text}`)].join('\n');
    item.iconPath =
      facts.some(({ isGood }) => isGood === false)
        ? new ThemeIcon('debug-disconnect', new ThemeColor('list.warningForeground'))
        : new ThemeIcon('plug');
    item.command = { command: 'halfopen.reveal', title: 'Go there', arguments: [owner.uri, resource.range] };
    return item;
  }
}

const MARKS: Record<string, string> = { true: '✓', false: '✗', null: '?' };

function same(one: Resource[], other: Resource[]): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}
