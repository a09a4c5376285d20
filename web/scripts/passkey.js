// Passkeys: a form that asks the node, hands what it says to the authenticator, and sends on what that answers.
// Without a browser that knows passkeys the form stays hidden, and the words beside it say why.

/** Bytes come as base64url, those of a known key's name as numbers. */
function bytes(given) {
  if (Array.isArray(given)) return Uint8Array.from(given);
  return Uint8Array.from(atob(given.replaceAll("-", "+").replaceAll("_", "/")), (c) => c.charCodeAt(0));
}

const text = (buffer) =>
  btoa(String.fromCharCode(...new Uint8Array(buffer))).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");

/** Without what is null: the browser's call takes what is absent, and refuses a null. */
const present = (object) => Object.fromEntries(Object.entries(object).filter(([, value]) => value !== null));

const listed = (credentials) => credentials.map((one) => ({ ...present(one), id: bytes(one.id) }));

/** The node's JSON as the browser's own call wants it: bytes where JSON has text. */
function options(json) {
  const key = { ...present(json.publicKey), challenge: bytes(json.publicKey.challenge) };
  if (key.user) key.user = { ...key.user, id: bytes(key.user.id) };
  if (key.excludeCredentials) key.excludeCredentials = listed(key.excludeCredentials);
  if (key.allowCredentials) key.allowCredentials = listed(key.allowCredentials);
  return { publicKey: key };
}

/** What the authenticator answered, as JSON. */
function answered(credential) {
  const { response } = credential;
  const parts = ["attestationObject", "clientDataJSON", "authenticatorData", "signature", "userHandle"];
  const given = parts.filter((part) => response[part]).map((part) => [part, text(response[part])]);
  return JSON.stringify({
    id: credential.id,
    rawId: text(credential.rawId),
    type: credential.type,
    response: Object.fromEntries(given),
    clientExtensionResults: {},
  });
}

/** Asks, shows, sends; anything that goes wrong is said beside the button. */
async function ceremony(form) {
  const said = form.querySelector("[data-passkey-said]");
  const say = (words) => (said.textContent = words);
  say("");
  try {
    const asked = await fetch(form.dataset.passkey, { method: "POST", body: new URLSearchParams(new FormData(form)) });
    const json = await asked.json();
    if (!asked.ok) return say(json.detail);
    const call = form.dataset.passkeyMakes ? navigator.credentials.create(options(json)) : navigator.credentials.get(options(json));
    form.elements.credential.value = answered(await call);
    form.submit();
  } catch {
    // Cancelled, timed out, or no key for this node: the browser tells pages no more than that.
    say(said.dataset.passkeySaid);
  }
}

for (const form of document.querySelectorAll("form[data-passkey]")) {
  if (!window.PublicKeyCredential) continue;
  form.hidden = false;
  form.parentElement.querySelector("[data-passkey-without]")?.remove();
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    ceremony(form);
  });
}
