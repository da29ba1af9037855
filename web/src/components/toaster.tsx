/** Where toasts appear; always there, so that screen readers hear the first one too. */

import { toasts } from "../room/toasts";

export function Toaster() {
  return (
    <div class="toaster" role="status" aria-live="polite" aria-label="News">
      {toasts.value.map((toast) => (
        <p class="toast" key={toast.id}>
          {toast.text}
        </p>
      ))}
    </div>
  );
}
