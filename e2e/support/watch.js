// What a page may never do: write an error to the console, break a content policy, fail to load a part.

/** Watches a page; the answer is the list of what went wrong so far, in sentences. */
export async function watch(page) {
  const wrong = [];
  await page.exposeBinding("qyViolation", (_, said) => wrong.push(`content policy: ${said}`));
  await page.addInitScript(() => {
    document.addEventListener("securitypolicyviolation", (event) => {
      window.qyViolation(`${event.violatedDirective} forbids ${event.blockedURI || event.sample} on ${event.documentURI}`);
    });
  });
  page.on("pageerror", (error) => wrong.push(`script: ${error.message} on ${page.url()}`));
  page.on("console", (message) => {
    if (!["error", "warning"].includes(message.type())) return;
    // A refused page is an answer, which its test looks at; Chromium also writes its status to the console.
    const { url } = message.location();
    if (message.text().startsWith("Failed to load resource") && documents.has(url)) return;
    wrong.push(`console: ${message.text()} on ${page.url()}`);
  });
  const documents = new Set();
  page.on("request", (request) => {
    if (request.isNavigationRequest()) documents.add(request.url());
    const outside = new URL(request.url());
    if (!["127.0.0.1", "localhost"].includes(outside.hostname) && outside.protocol.startsWith("http")) wrong.push(`outside: ${request.url()}`);
  });
  page.on("response", (response) => {
    if (!response.request().isNavigationRequest() && response.status() >= 400) wrong.push(`${response.status()}: ${response.url()}`);
  });
  return wrong;
}
