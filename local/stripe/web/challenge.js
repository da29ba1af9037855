// 3-D Secure: the bank's page in a dialog above the shop's, until it says that it was answered.

const CHALLENGE_STYLE = sheet(`
  dialog {
    width: min(32rem, 92vw); height: min(32rem, 88dvh); padding: 0; border: 0; border-radius: 16px;
    background: light-dark(#fff, #20202b); color: light-dark(#1c1c28, #ececf4); overflow: hidden;
  }
  dialog[open] { display: grid; grid-template-rows: auto 1fr; }
  dialog::backdrop { background: rgb(0 0 0 / 0.6); }
  form { padding: 8px; text-align: right; }
  button {
    min-height: 40px; padding: 0 14px; border: 0; border-radius: 8px; background: none;
    color: inherit; font: 600 15px system-ui, sans-serif; cursor: pointer;
  }
  iframe { width: 100%; height: 100%; border: 0; }
`);

const CHALLENGE = `
<dialog aria-label="Your bank wants to know that it is you">
  <form method="dialog"><button autofocus>Cancel</button></form>
  <iframe title="Your bank"></iframe>
</dialog>`;

/** Resolves once the buyer has answered, or has closed the dialog, which is an answer, too. */
async function challenge(url, intentId) {
  const host = document.createElement("div");
  const root = host.attachShadow({ mode: "open" });
  root.adoptedStyleSheets = [CHALLENGE_STYLE];
  root.innerHTML = CHALLENGE;
  const dialog = root.querySelector("dialog");
  const frame = root.querySelector("iframe");
  frame.src = url;
  document.body.append(host);
  dialog.showModal();
  const answered = await new Promise((resolve) => {
    addEventListener("message", function listen(event) {
      if (event.source !== frame.contentWindow || event.data?.answered !== intentId) return;
      removeEventListener("message", listen);
      resolve(true);
    });
    dialog.addEventListener("close", () => resolve(false));
  });
  host.remove();
  if (!answered) {
    const body = new URLSearchParams({ outcome: "fail" });
    await fetch(url, { method: "POST", body, mode: "no-cors" });
  }
}
