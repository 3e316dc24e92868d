type Continued = { readonly next_cursor: string | null };

/** Every page from the one that `query` asks for to the last, each read when it is wanted. */
export async function* pagesOf<
  Query extends { readonly cursor?: string | undefined },
  Page extends Continued,
>(query: Query, read: (query: Query) => Promise<Page>): AsyncGenerator<Page, void, undefined> {
  for (let cursor = query.cursor; ; ) {
    const page = await read({ ...query, cursor });
    yield page;
    if (page.next_cursor === null) return;
    cursor = page.next_cursor;
  }
}
