import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ROOT } from "../../scripts/service/paths.ts";

/** A block of commands, and what the guide says that they print: `…` stands for anything. */
export type Step = { readonly line: number; readonly commands: string; readonly answer: string };

const NUL = "\0";
/** What commands and answers are written in; a block in another language is for the reader only. */
const FOLLOWED = /^```(bash|js|text)\n(.*?)^```$/gms;

/** The blocks of commands in a guide, in its order. */
export function stepsOf(guide: string): readonly Step[] {
  const steps: Step[] = [];
  for (const { index, 1: language, 2: text = "" } of guide.matchAll(FOLLOWED)) {
    const last = steps.at(-1);
    if (language === "bash") {
      steps.push({ line: guide.slice(0, index).split("\n").length + 1, commands: text, answer: "" });
    } else if (last?.answer === "") steps[steps.length - 1] = { ...last, answer: text };
    else throw new Error(`an answer without commands: ${text}`);
  }
  return steps;
}

/**
 * What each step printed, in one shell as the reader's, which ends at the first command that fails. `here` is what to
 * put where the guide has words that are true of its reader's machine only.
 */
export async function follow(
  steps: readonly Step[],
  here: Readonly<Record<string, string>>,
): Promise<readonly string[]> {
  const folder = await mkdtemp(join(tmpdir(), "guide-"));
  const replaced = (commands: string): string =>
    Object.entries(here).reduce((text, [theirs, ours]) => text.replace(theirs, ours), commands);
  const script = steps.map(({ commands }) => `${replaced(commands)}\nprintf '\\0'\n`).join("");
  const options = { cwd: ROOT, env: { ...process.env, TMPDIR: folder }, maxBuffer: 2 ** 24 };
  try {
    return await new Promise((resolve, reject) => {
      const shell = execFile("bash", ["-euo", "pipefail", "-c", script], options, (error, stdout, stderr) => {
        const printed = stdout.split(NUL);
        const failed = steps[printed.length - 1];
        if (error === null) resolve(printed.slice(0, -1));
        else reject(new Error(`line ${failed?.line}: ${stderr}${printed.at(-1)}`, { cause: error }));
      });
      shell.stdin?.end();
    });
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** `text` without white space, as the guide breaks its lines where they are easy to read. */
export function dense(text: string): string {
  return text.replaceAll(/\s+/g, "");
}

/** What an answer looks like, once it is `dense`. */
export function patternOf(answer: string): RegExp {
  const literally = dense(answer).replaceAll(/[\\^$.*+?()[\]{}|]/g, "\\$&");
  return new RegExp(`^${literally.replaceAll("…", ".*?")}$`);
}
