// The Payment Element: a card form in a shadow root, so that page and form leave each other alone.

const FORM_STYLE = sheet(`
  :host {
    --primary: #6b61f0; --ground: transparent; --text: currentcolor; --soft: currentcolor;
    --placeholder: gray; --danger: light-dark(#c0123c, #ff8095); --size: 1rem; --round: 6px;
    --spacing: 4px; display: block;
  }
  .form {
    display: grid; grid-template-columns: 1fr 1fr; gap: calc(var(--spacing) * 4);
    color: var(--text); font-family: var(--font, inherit); font-size: var(--size); line-height: 1.5;
    text-align: start;
  }
  .wide { grid-column: 1 / -1; }
  label { display: block; margin-bottom: var(--spacing); font-size: 0.93em; }
  input {
    width: 100%; box-sizing: border-box; padding: calc(var(--spacing) * 3);
    border: 1px solid color-mix(in srgb, var(--text) 24%, transparent);
    border-radius: var(--round); background: var(--ground); color: inherit; font: inherit;
  }
  input::placeholder { color: var(--placeholder); opacity: 1; }
  input:focus-visible { outline: 2px solid var(--primary); outline-offset: 1px; }
  input[aria-invalid="true"] { border-color: var(--danger); }
  .problem { margin: 0; color: var(--danger); font-size: 0.93em; }
  .problem:empty { display: none; }
  details { font-size: 0.86em; color: var(--soft); }
  summary { cursor: pointer; }
  ul { display: grid; gap: var(--spacing); margin: var(--spacing) 0 0; padding: 0; list-style: none; }
  button {
    padding: 0; border: 0; background: none; color: var(--text); font: inherit;
    font-variant-numeric: tabular-nums; text-decoration: underline; cursor: pointer;
  }
`);

const FORM = `
<div class="form">
  <div class="wide">
    <label for="number">Card number</label>
    <input id="number" inputmode="numeric" autocomplete="cc-number" placeholder="1234 1234 1234 1234"
      aria-describedby="problem">
  </div>
  <div>
    <label for="expiry">Expiration date</label>
    <input id="expiry" inputmode="numeric" autocomplete="cc-exp" placeholder="MM / YY"
      aria-describedby="problem">
  </div>
  <div>
    <label for="cvc">Security code</label>
    <input id="cvc" inputmode="numeric" autocomplete="cc-csc" placeholder="CVC" maxlength="4"
      aria-describedby="problem">
  </div>
  <p class="wide problem" id="problem" role="alert"></p>
  <details class="wide">
    <summary>This stands in for Stripe: use a test card</summary>
    <ul></ul>
  </details>
</div>`;

/** A style sheet that no page's policy forbids: Stripe.js, too, puts no style tags into pages. */
function sheet(text) {
  const made = new CSSStyleSheet();
  made.replaceSync(text);
  return made;
}

/** What a page may say of its look, and our names for it; what it leaves out follows the page. */
const LOOK = {
  colorPrimary: "--primary",
  colorBackground: "--ground",
  colorText: "--text",
  colorTextSecondary: "--soft",
  colorTextPlaceholder: "--placeholder",
  colorDanger: "--danger",
  fontFamily: "--font",
  fontSizeBase: "--size",
  borderRadius: "--round",
  spacingUnit: "--spacing",
};

class PaymentElement {
  #host = document.createElement("div");
  #root = this.#host.attachShadow({ mode: "open" });
  #listeners = new Map();

  constructor(appearance) {
    this.#root.adoptedStyleSheets = [FORM_STYLE];
    this.#root.innerHTML = FORM;
    this.dress(appearance);
    for (const input of this.#inputs()) {
      input.addEventListener("input", () => this.#typed(input));
      input.addEventListener("keydown", (event) => {
        if (event.key === "Enter") this.#host.closest("form")?.requestSubmit();
      });
    }
    this.#root.querySelector("ul").append(...TEST_CARDS.map((card) => this.#hint(card)));
  }

  /** Into the one element that is named, as everything that Stripe mounts. */
  mount(where) {
    const place = typeof where === "string" ? document.querySelector(where) : where;
    if (!place) throw new Error(`There is no element to mount in: ${where}`);
    place.replaceChildren(this.#host);
    // Whoever mounts may listen only after that.
    queueMicrotask(() => this.#emit("ready", {}));
    return this;
  }

  unmount() {
    this.#host.remove();
    return this;
  }

  destroy() {
    this.unmount();
    this.#listeners.clear();
  }

  on(kind, listener) {
    this.#listeners.set(kind, [...(this.#listeners.get(kind) ?? []), listener]);
    return this;
  }

  off(kind, listener) {
    const others = (this.#listeners.get(kind) ?? []).filter((each) => listener && each !== listener);
    this.#listeners.set(kind, others);
    return this;
  }

  once(kind, listener) {
    const first = (event) => (this.off(kind, first), listener(event));
    return this.on(kind, first);
  }

  update() {
    return this;
  }

  focus() {
    this.#inputs()[0].focus();
  }

  /** As the page looks: https://docs.stripe.com/elements/appearance-api */
  dress(appearance) {
    for (const [name, property] of Object.entries(LOOK)) {
      const value = appearance?.variables?.[name];
      if (value) this.#host.style.setProperty(property, value);
    }
  }

  /** What was typed, or what is wrong with it, which is then shown. */
  read() {
    const typed = this.#typedNow();
    const problem = problemOf(typed);
    this.show(problem);
    if (problem) {
      this.#root.getElementById(problem.field).focus();
      const { code, message } = problem;
      return { error: { type: "validation_error", code, message } };
    }
    const [exp_month, exp_year] = readExpiry(typed.expiry);
    return { card: { number: digitsOf(typed.number), exp_month, exp_year, cvc: typed.cvc } };
  }

  /** Beside the field that it is about, or none. */
  show(problem) {
    this.#root.getElementById("problem").textContent = problem?.message ?? "";
    for (const input of this.#inputs()) {
      input.setAttribute("aria-invalid", String(input.id === problem?.field));
    }
  }

  #inputs() {
    return [...this.#root.querySelectorAll("input")];
  }

  #typedNow() {
    return Object.fromEntries(this.#inputs().map((input) => [input.id, input.value.trim()]));
  }

  #typed(input) {
    if (input.id === "number") input.value = writeNumber(input.value);
    if (input.id === "expiry") input.value = writeExpiry(input.value);
    this.show(null);
    const typed = this.#typedNow();
    const empty = Object.values(typed).every((text) => !text);
    const complete = problemOf(typed) === null;
    this.#emit("change", { complete, empty, collapsed: false, value: { type: "card" } });
  }

  #hint([number, outcome]) {
    const item = document.createElement("li");
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = number;
    button.addEventListener("click", () => {
      const year = String(new Date().getFullYear() + 3).slice(2);
      Object.assign(this.#root.getElementById("expiry"), { value: `12 / ${year}` });
      Object.assign(this.#root.getElementById("cvc"), { value: "123" });
      const field = this.#root.getElementById("number");
      field.value = number;
      this.#typed(field);
    });
    item.append(button, ` ${outcome}`);
    return item;
  }

  #emit(kind, event) {
    for (const listener of this.#listeners.get(kind) ?? []) {
      listener({ elementType: "payment", ...event });
    }
  }
}
