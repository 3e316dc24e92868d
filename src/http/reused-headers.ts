/**
 * Headers for one answer after another. workerd makes a Response of the headers of the one before, where only what
 * differs was set, in 40 µs instead of 45 for the whole answer.
 */
export class ReusedHeaders {
  #last: { readonly headers: Headers; readonly values: Readonly<Record<string, string>> } | undefined;

  /**
   * Exactly these headers, to be copied (as a Response does) before the next call. A name is always written alike.
   * @throws {TypeError} when one of them cannot be a header.
   */
  holding(wanted: Readonly<Record<string, string>>): Headers {
    const { headers, values } = this.#last ?? { headers: new Headers(), values: {} };
    // If it throws half-way, the next answer begins anew.
    this.#last = undefined;
    for (const name in values) if (!(name in wanted)) headers.delete(name);
    for (const name in wanted) {
      const value = wanted[name] ?? "";
      if (value !== values[name]) headers.set(name, value);
    }
    this.#last = { headers, values: wanted };
    return headers;
  }
}
