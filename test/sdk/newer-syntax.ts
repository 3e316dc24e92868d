import { parseSync } from "oxc-parser";

type Node = { readonly type: string; readonly [key: string]: unknown };

/**
 * What in this JavaScript is newer than ECMAScript 2022, which Node 18 reads: nothing, or what it is called.
 * @throws {SyntaxError} when it is no JavaScript.
 */
export function newerSyntax(text: string, sourceType: "module" | "script"): string[] {
  const { program, errors } = parseSync("file.js", text, { lang: "js", sourceType });
  if (errors[0] !== undefined) throw new SyntaxError(errors[0].message);
  return [...nodesOf(program as unknown as Node)].flatMap(newerThan2022);
}

function newerThan2022(node: Node): string[] {
  const found: string[] = [];
  if (node.type === "Decorator" || node.type === "AccessorProperty") found.push(node.type);
  if (node.type === "VariableDeclaration" && /using/.test(String(node["kind"]))) found.push("using");
  if (Array.isArray(node["attributes"]) && node["attributes"].length > 0) found.push("import attributes");
  if (node.type === "ImportDeclaration" && node["phase"]) found.push("import phase");
  const regex = node["regex"] as { pattern: string; flags: string } | undefined;
  if (regex?.flags.includes("v")) found.push("regular expression flag v");
  if (regex !== undefined && /\(\?[ims]*-?[ims]+:/.test(regex.pattern))
    found.push("regular expression modifiers");
  return found;
}

function* nodesOf(node: Node): Generator<Node> {
  yield node;
  for (const value of Object.values(node)) {
    for (const child of Array.isArray(value) ? value : [value]) {
      if (typeof child === "object" && child !== null && "type" in child) yield* nodesOf(child as Node);
    }
  }
}
