// What notices leave by: a mail server that takes everything, and a gateway that checks what it is sent.
import { createHmac } from "node:crypto";
import { once } from "node:events";
import { createServer } from "node:http";

import { SMTPServer } from "smtp-server";

import { GATEWAY_SECRET } from "./node.js";

/** Serves SMTP on a port; `letters` fills with `{ from, to, head, body, raw }`, bodies decoded. */
export async function mailServer(port) {
  const letters = [];
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ["AUTH", "STARTTLS"],
    onData(stream, session, done) {
      const parts = [];
      stream.on("data", (part) => parts.push(part));
      stream.on("end", () => {
        const raw = Buffer.concat(parts).toString("utf8");
        const { mailFrom, rcptTo } = session.envelope;
        letters.push({ from: mailFrom.address, to: rcptTo.map((it) => it.address), raw, ...read(raw) });
        done();
      });
    },
  });
  server.listen(port, "127.0.0.1");
  await once(server.server, "listening");
  return { letters, stop: () => new Promise((resolve) => server.close(resolve)) };
}

/** Head and body of a mail of one part; the body as people read it. */
function read(raw) {
  const [head, ...rest] = raw.split("\r\n\r\n");
  const body = rest.join("\r\n\r\n");
  const encoding = head.match(/^Content-Transfer-Encoding: (\S+)/im)?.[1].toLowerCase();
  if (encoding === "base64") return { head, body: Buffer.from(body, "base64").toString("utf8") };
  if (encoding === "quoted-printable") {
    const bytes = body.replace(/=\r\n/g, "").replace(/=([0-9A-F]{2})/g, (_, hex) => String.fromCharCode(parseInt(hex, 16)));
    return { head, body: Buffer.from(bytes, "latin1").toString("utf8") };
  }
  return { head, body };
}

/** Serves a gateway on a port; `messages` fills with what was signed, and what was not is answered 401. */
export async function gatewayServer(port) {
  const messages = [];
  const server = createServer(async (request, answer) => {
    const parts = [];
    for await (const part of request) parts.push(part);
    const body = Buffer.concat(parts).toString("utf8");
    const { "webhook-id": id, "webhook-timestamp": at, "webhook-signature": given } = request.headers;
    // Standard Webhooks: v1,base64(HMAC-SHA256(secret, id.timestamp.body)).
    const signed = createHmac("sha256", Buffer.from(GATEWAY_SECRET, "base64")).update(`${id}.${at}.${body}`).digest("base64");
    const fresh = Math.abs(Date.now() / 1000 - Number(at)) < 300;
    if (given === `v1,${signed}` && fresh) messages.push(JSON.parse(body));
    answer.writeHead(given === `v1,${signed}` && fresh ? 204 : 401).end();
  }).listen(port, "127.0.0.1");
  await once(server, "listening");
  return { messages, stop: () => new Promise((resolve) => server.close(resolve) && server.closeAllConnections()) };
}
