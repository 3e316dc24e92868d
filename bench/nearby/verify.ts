import type { Field } from "./field.ts";

/** How the contenders' answers compare with those of the database through the Worker. */
export type Verified = {
  readonly questions: number;
  readonly rows: number;
  /** Redis measures on a sphere: to how many of the questions it has other rows or another order, and how many rows. */
  readonly redisOtherAnswers: number;
  readonly redisOtherRows: number;
};

/** Of Redis's rows at most so many may be others: more would not be for its sphere. */
const MOST_OTHER_SHARE = 0.15;

type Answer = { readonly ids: readonly string[]; readonly body: string; readonly headers: Headers };

/**
 * Asks everybody the same, while nobody writes, and sees to it that they answer the same rows in the same order (Redis:
 * nearly); then tells the floor what to answer: the answer whose size is nearest to the mean.
 */
export async function verifyAnswers(
  { contenders, host }: Field,
  paths: readonly string[],
): Promise<Verified> {
  const { address, floorAddress, apiKey } = host;
  const key = { Authorization: `Bearer ${apiKey}` };
  const answers: Answer[] = [];
  let [rows, redisOtherAnswers, redisOtherRows] = [0, 0, 0];
  for (const path of paths) {
    const truth = await ask(address + path, { ...key, "Cache-Control": "no-cache" });
    rows += truth.ids.length;
    // The first time it may be cold; then the tiles are there.
    for (let i = 0; i < 2; i++) requireSame("hot", path, truth, await ask(address + path, key));
    const { postgis, redis } = contenders;
    if (postgis) requireSame("PostGIS", path, truth, await ask(postgis.address + path, {}));
    if (redis) {
      const { ids } = await ask(redis.address + path, {});
      if (ids.join() !== truth.ids.join()) redisOtherAnswers++;
      redisOtherRows += ids.filter((id) => !truth.ids.includes(id)).length;
      if (ids.length !== truth.ids.length) redisOtherRows += Math.abs(ids.length - truth.ids.length);
    }
    answers.push(await ask(address + path, key));
  }
  if (redisOtherRows > MOST_OTHER_SHARE * rows) {
    throw new Error(`Redis: ${redisOtherRows} of ${rows} rows are others`);
  }
  await tellFloor(floorAddress, answers);
  return { questions: paths.length, rows, redisOtherAnswers, redisOtherRows };
}

async function ask(url: string, headers: Readonly<Record<string, string>>): Promise<Answer> {
  const response = await fetch(url, { headers });
  const body = await response.text();
  if (!response.ok) throw new Error(`${url} was answered ${response.status}: ${body}`);
  const { items } = JSON.parse(body) as { items: { item_id: string; location: { location_id: string } }[] };
  const ids = items.map(({ item_id, location }) => `${item_id}@${location.location_id}`);
  return { ids, body, headers: response.headers };
}

function requireSame(who: string, path: string, truth: Answer, answer: Answer): void {
  if (answer.ids.join() === truth.ids.join()) return;
  const row = truth.ids.findIndex((id, i) => id !== answer.ids[i]);
  throw new Error(
    `${who} has other rows than the database: ${path}, ${answer.ids.length} and ${truth.ids.length} rows, row ${row}: ${answer.ids[row]} and ${truth.ids[row]}`,
  );
}

/** What Node or workerd puts there by itself. */
const OWN_HEADERS = ["connection", "content-length", "date", "keep-alive", "transfer-encoding"];

async function tellFloor(floorAddress: string, answers: readonly Answer[]): Promise<void> {
  const meanLength = answers.reduce((sum, { body }) => sum + body.length, 0) / answers.length;
  const away = ({ body }: Answer): number => Math.abs(body.length - meanLength);
  const [typical] = answers.toSorted((one, other) => away(one) - away(other));
  if (typical === undefined) throw new Error("nothing was asked");
  const headers = Object.fromEntries([...typical.headers].filter(([name]) => !OWN_HEADERS.includes(name)));
  const response = await fetch(floorAddress, {
    method: "PUT",
    body: JSON.stringify({ body: typical.body, headers }),
  });
  if (!response.ok) throw new Error(`the floor was not told what to answer: ${response.status}`);
}
