/** The names of the members of `Shape`, sorted; compiles when `names` has all of them and no other. */
export function namesOf<Shape>(names: { readonly [Name in keyof Required<Shape>]: true }): string[] {
  return Object.keys(names).sort();
}
