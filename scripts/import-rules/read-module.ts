import { parseSync } from "oxc-parser";

/** What one module asks of others and of the world. Offsets are UTF-16 code units from the start of the file. */
export type Module = {
  readonly imports: readonly Import[];
  readonly reExports: readonly number[];
  readonly defaultExports: readonly number[];
  /** Uses of clocks, chance and I/O. */
  readonly impurities: readonly Impurity[];
};

export type Import = {
  /** As written; null when it is computed, so that nobody can tell. */
  readonly specifier: string | null;
  /** Gone at run time. */
  readonly isType: boolean;
  readonly offset: number;
};

export type Impurity = { readonly what: string; readonly offset: number };

type Node = { readonly type: string; readonly start: number; readonly [key: string]: unknown };

const IMPURE_GLOBALS = new Set([
  "caches",
  "console",
  "crypto",
  "fetch",
  "globalThis",
  "navigator",
  "performance",
  "process",
  "queueMicrotask",
  "scheduler",
  "self",
  "setInterval",
  "setTimeout",
  "Temporal",
]);
const CLOCKLESS_DATE_MEMBERS = ["parse", "UTC"];
/** Types can name what a module must not use. */
const TYPE_KEYS = new Set(["typeAnnotation", "typeArguments", "typeParameters", "returnType"]);
const TYPE_NODES = new Set(["TSInterfaceDeclaration", "TSTypeAliasDeclaration"]);

/**
 * Parses TypeScript.
 * @throws {SyntaxError} when it is none.
 */
export function readModule(file: string, text: string): Module {
  const { program, errors } = parseSync(file, text);
  if (errors[0] !== undefined) throw new SyntaxError(`${file}: ${errors[0].message}`);
  const nodes = [...nodesOf(program as unknown as Node, false)];
  const at = (type: string): number[] =>
    nodes.flatMap(({ node }) => (node.type === type ? [node.start] : []));
  return {
    imports: nodes.flatMap(({ node }) => importOf(node)),
    reExports: nodes.flatMap(({ node }) => (isReExport(node) ? [node.start] : [])),
    defaultExports: [
      ...at("ExportDefaultDeclaration"),
      ...nodes.flatMap(({ node }) => (isNamedDefault(node) ? [node.start] : [])),
    ],
    impurities: nodes.flatMap(({ node, parent, inType }) => (inType ? [] : impurityOf(node, parent))),
  };
}

type Visit = { readonly node: Node; readonly parent: Node | undefined; readonly inType: boolean };

function* nodesOf(node: Node, inType: boolean, parent?: Node): Generator<Visit> {
  const isType = inType || TYPE_NODES.has(node.type);
  yield { node, parent, inType: isType };
  for (const [key, value] of Object.entries(node)) {
    for (const child of Array.isArray(value) ? value : [value]) {
      if (isNode(child) && !isName(node, key)) {
        yield* nodesOf(child, isType || TYPE_KEYS.has(key), node);
      }
    }
  }
}

/** Whether the child under this key only names a member. */
function isName(node: Node, key: string): boolean {
  const names = (node.type === "MemberExpression" && key === "property") || key === "key";
  return names && node["computed"] === false;
}

function isNode(value: unknown): value is Node {
  return typeof value === "object" && value !== null && "type" in value && "start" in value;
}

function importOf(node: Node): Import[] {
  const source = node["source"];
  switch (node.type) {
    case "ImportDeclaration":
    case "ExportNamedDeclaration":
    case "ExportAllDeclaration":
      return isNode(source)
        ? [{ specifier: literal(source), isType: isTypeOnly(node), offset: node.start }]
        : [];
    case "ImportExpression":
      return [{ specifier: isNode(source) ? literal(source) : null, isType: false, offset: node.start }];
    case "TSImportType":
      return [{ specifier: isNode(source) ? literal(source) : null, isType: true, offset: node.start }];
    default:
      return [];
  }
}

function literal(node: Node): string | null {
  return node.type === "Literal" && typeof node["value"] === "string" ? node["value"] : null;
}

function isTypeOnly(node: Node): boolean {
  if (node["importKind"] === "type" || node["exportKind"] === "type") return true;
  const specifiers = node["specifiers"];
  if (!Array.isArray(specifiers) || specifiers.length === 0) return false;
  return specifiers.every(({ importKind, exportKind }) => importKind === "type" || exportKind === "type");
}

function isReExport(node: Node): boolean {
  return (
    node.type === "ExportAllDeclaration" || (node.type === "ExportNamedDeclaration" && isNode(node["source"]))
  );
}

/** `export { x as default }` */
function isNamedDefault(node: Node): boolean {
  const exported = node["exported"];
  return node.type === "ExportSpecifier" && isNode(exported) && exported["name"] === "default";
}

function impurityOf(node: Node, parent: Node | undefined): Impurity[] {
  if (node.type !== "Identifier") return [];
  const name = String(node["name"]);
  const member =
    parent?.type === "MemberExpression" && parent["object"] === node ? memberOf(parent) : undefined;
  const found = (what: string): Impurity[] => [{ what, offset: node.start }];
  if (IMPURE_GLOBALS.has(name)) return found(member === undefined ? name : `${name}.${member}`);
  if (name === "Math" && (member === "random" || member === undefined)) return found("Math.random");
  if (name !== "Date" || (member !== undefined && CLOCKLESS_DATE_MEMBERS.includes(member))) return [];
  if (member !== undefined) return found(`Date.${member}`);
  if (parent?.type === "BinaryExpression" && parent["operator"] === "instanceof") return [];
  const isGivenTime =
    parent?.type === "NewExpression" && Array.isArray(parent["arguments"]) && parent["arguments"].length > 0;
  return isGivenTime ? [] : found("the time of day (Date without an argument)");
}

function memberOf(expression: Node): string | undefined {
  const property = expression["property"];
  return isNode(property) && expression["computed"] === false ? String(property["name"]) : undefined;
}
