import { join } from "node:path";
import { lockDirectory } from "../local-neon/directory-lock.ts";
import { StartError } from "./start-error.ts";

/**
 * Keeps a second service out of the data folder until disposed, or until this process ends in whatever way.
 * @throws {StartError} when there is one.
 */
export async function lockDataFolder(folder: string): Promise<AsyncDisposable> {
  let unlock: () => void;
  try {
    unlock = lockDirectory(join(folder, "service"));
  } catch {
    throw new StartError(
      `The data folder ${folder} is in use: the service is already running from here. Stop that one first.`,
    );
  }
  return { [Symbol.asyncDispose]: async () => unlock() };
}
