import { describe, expect, it } from "vitest";
import { readJsonBody } from "../../src/http/json-body.ts";

const CAP = 4 * 1024 * 1024;

async function refusal(request: Request, whenEmpty?: unknown): Promise<string> {
  try {
    await readJsonBody(request, whenEmpty);
    return "read";
  } catch (error) {
    return (error as { code: string }).code;
  }
}

const post = (body: RequestInit["body"], headers: Record<string, string> = {}) =>
  new Request("https://service.example", {
    method: "POST",
    body,
    headers: { "Content-Type": "application/json", ...headers },
    duplex: "half",
  } as RequestInit);

/** A JSON text of exactly this many bytes. */
const textOf = (length: number) => `"${"x".repeat(length - 2)}"`;

describe("the body of a request", () => {
  it("is read with the bytes it had", async () => {
    const { value, bytes } = await readJsonBody(post('{"name": "Ọjà"}'));
    expect(value).toEqual({ name: "Ọjà" });
    expect(new TextDecoder().decode(bytes)).toBe('{"name": "Ọjà"}');
  });

  it("is joined from its chunks, wherever they were cut", async () => {
    const whole = new TextEncoder().encode('{"name": "Ọjà"}');
    const chunks = Array.from(whole, (byte) => Uint8Array.of(byte));
    expect((await readJsonBody(post(ReadableStream.from(chunks)))).value).toEqual({ name: "Ọjà" });
  });

  it.each(["application/json", "application/json; charset=utf-8", 'APPLICATION/JSON;charset="UTF-8"'])(
    "may be declared as %s",
    async (type) => {
      expect(await refusal(post("1", { "Content-Type": type }))).toBe("read");
    },
  );

  it.each([
    "text/plain",
    "application/json; charset=latin1",
    "application/jsonp",
    "text/json",
    "application/ld+json",
    "",
  ])("may not be declared as %j", async (type) => {
    expect(await refusal(post("1", { "Content-Type": type }))).toBe("unsupported_media_type");
  });

  it("may not be compressed", async () => {
    expect(await refusal(post("1", { "Content-Encoding": "gzip" }))).toBe("unsupported_media_type");
  });

  it("may be left out only where that means something", async () => {
    const empty = () => new Request("https://service.example", { method: "POST" });
    expect(await readJsonBody(empty(), {})).toMatchObject({ value: {} });
    expect(await refusal(empty())).toBe("unsupported_media_type");
    expect(await refusal(post(""))).toBe("invalid_body");
  });

  it("may have 4 MiB and not a byte more, whatever length was stated", async () => {
    expect(await refusal(post(textOf(CAP)))).toBe("read");
    expect(await refusal(post(textOf(CAP + 1)))).toBe("payload_too_large");
    expect(await refusal(post("1", { "Content-Length": String(CAP + 1) }))).toBe("payload_too_large");
    expect(await refusal(post(textOf(CAP + 1), { "Content-Length": "3" }))).toBe("payload_too_large");
  });

  it("is not read on once it is too large", async () => {
    let pulled = 0;
    let cancelled = false;
    const endless = new ReadableStream<Uint8Array>(
      {
        pull(controller) {
          pulled += 65_536;
          controller.enqueue(new Uint8Array(65_536).fill(0x20));
        },
        cancel: () => {
          cancelled = true;
        },
      },
      { highWaterMark: 0 },
    );
    expect(await refusal(post(endless))).toBe("payload_too_large");
    expect(cancelled).toBe(true);
    expect(pulled).toBeLessThanOrEqual(CAP + 2 * 65_536);
  });
});
