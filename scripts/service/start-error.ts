/** Something the person who started the service can put right: the message says what, without a stack. */
export class StartError extends Error {
  override readonly name = "StartError";
}

/** What a failed start says on the terminal. */
export function describeStartError(error: unknown): string {
  return error instanceof StartError ? error.message : String(error instanceof Error ? error.stack : error);
}
