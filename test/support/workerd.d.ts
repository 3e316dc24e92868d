/** Gives `exports` of "cloudflare:workers" the types of the Worker under test. */
declare namespace Cloudflare {
  interface GlobalProps {
    mainModule: typeof import("../../src/worker.ts");
  }
}
