// What workerd itself costs: an answer that is always the same. It is told once what to answer.
let body = "";
let headers = {};

// biome-ignore lint/style/noDefaultExport: what a Worker is
export default {
  async fetch(request) {
    if (request.method !== "PUT") return new Response(body, { headers });
    ({ body, headers } = await request.json());
    return new Response();
  },
};
