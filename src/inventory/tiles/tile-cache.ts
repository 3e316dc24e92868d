import { TILE_FORMAT } from "./tile-codec.ts";

/** Texts of tiles that the isolates of one place share. What is asked of it may be lost, late or refused. */
export type TileCache = {
  readonly read: (cell: string) => Promise<string | undefined>;
  readonly write: (cell: string, text: string) => Promise<void>;
};

/** An old tile is still worth having: only what changed since has to be read. */
const KEPT_S = 300;

/** A name that no request from outside can have. */
const ORIGIN = "https://tiles.invalid";

/** As much of a `Cache` as is needed. */
type ResponseCache = {
  readonly match: (url: string) => Promise<Response | undefined>;
  readonly put: (url: string, response: Response) => Promise<void>;
};

/** The colo's cache, by the Cache API. `source` names the database: Workers of one zone may share a cache. */
export function createTileCache(open: () => Promise<ResponseCache>, source: string): TileCache {
  const folder = `${ORIGIN}/${encodeURIComponent(source)}/v${TILE_FORMAT}`;
  const keyOf = (cell: string): string => `${folder}/${cell}`;
  return {
    read: async (cell) => await (await (await open()).match(keyOf(cell)))?.text(),
    write: async (cell, text) => {
      const headers = { "Content-Type": "application/json", "Cache-Control": `max-age=${KEPT_S}` };
      await (await open()).put(keyOf(cell), new Response(text, { headers }));
    },
  };
}
