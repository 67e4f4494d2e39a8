/**
 * What to say where the server is of another version than the extension; `undefined`: they fit. Releases that differ in
 * the last number alone speak the same language.
 */
export function mismatch(server: string, extension: string, program: string): string | undefined {
  const release = (version: string) => version.split('.').slice(0, 2).join('.');
  if (release(server) === release(extension)) return undefined;
  return (
    `The halfopen server is of version ${server}, this extension of version ${extension}, so some things may not work. ` +
    `The server is ${program}: install the same version of both.`
  );
}
