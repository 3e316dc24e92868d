import { mkdirSync } from "node:fs";
import { dirname } from "node:path";
import { DatabaseSync } from "node:sqlite";

/**
 * Takes `<directory>.lock` for this process and returns what gives it back; throws when somebody has it.
 * PGlite does not notice a second process in its directory, and two of them destroy the data.
 */
export function lockDirectory(directory: string): () => void {
  const path = `${directory.replace(/[/\\]+$/, "")}.lock`;
  mkdirSync(dirname(path), { recursive: true });
  // Node has no file locks of its own; SQLite's end with the process, however it ends.
  const lock = new DatabaseSync(path, { timeout: 0 });
  try {
    lock.exec("BEGIN EXCLUSIVE");
  } catch {
    lock.close();
    throw new Error(`${directory} is in use by another process`);
  }
  return () => lock.close();
}
