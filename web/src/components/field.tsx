/** Form parts: a labelled text field, a choice among a few cards, and one among many. */

import type { ComponentChildren, JSX } from "preact";
import { useId } from "preact/hooks";

interface FieldProps {
  label: string;
  value: string;
  onValue: (value: string) => void;
  hint?: string;
  error?: string | null;
  multiline?: boolean;
  input?: JSX.InputHTMLAttributes<HTMLInputElement>;
}

export function Field({
  label,
  value,
  onValue,
  hint,
  error,
  multiline = false,
  input,
}: FieldProps) {
  const id = useId();
  const note = error ?? hint;
  const shared = {
    id,
    value,
    "aria-invalid": error ? true : undefined,
    "aria-describedby": note ? `${id}-note` : undefined,
  };
  return (
    <div class="field">
      <label for={id}>{label}</label>
      {multiline ? (
        <textarea
          {...shared}
          rows={3}
          maxLength={500}
          onInput={(e) => onValue(e.currentTarget.value)}
        />
      ) : (
        <input {...shared} type="text" {...input} onInput={(e) => onValue(e.currentTarget.value)} />
      )}
      {note && (
        <p id={`${id}-note`} class={error ? "note error" : "note"}>
          {note}
        </p>
      )}
    </div>
  );
}

interface ChoiceProps<Value extends string> {
  legend: string;
  /** null: nothing is chosen yet. */
  value: Value | null;
  onValue: (value: Value) => void;
  options: readonly (readonly [value: Value, label: string, hint: ComponentChildren])[];
  error?: string | null;
}

export function Choice<Value extends string>({
  legend,
  value,
  onValue,
  options,
  error = null,
}: ChoiceProps<Value>) {
  const name = useId();
  return (
    <fieldset class="choice" aria-describedby={error ? `${name}-note` : undefined}>
      <legend>{legend}</legend>
      <div class="choice-options">
        {options.map(([option, label, hint]) => (
          <label class="choice-option" key={option}>
            <input
              type="radio"
              name={name}
              value={option}
              checked={option === value}
              onChange={() => onValue(option)}
            />
            <span>
              <strong>{label}</strong>
              {hint && <small>{hint}</small>}
            </span>
          </label>
        ))}
      </div>
      {error && (
        <p id={`${name}-note`} class="note error" role="alert">
          {error}
        </p>
      )}
    </fieldset>
  );
}

interface SelectProps<Value extends string> {
  label: string;
  value: Value;
  onValue: (value: Value) => void;
  options: readonly (readonly [value: Value, label: string])[];
  disabled?: boolean;
}

export function Select<Value extends string>(props: SelectProps<Value>) {
  const { label, value, onValue, options, disabled = false } = props;
  const id = useId();
  return (
    <div class="field">
      <label for={id}>{label}</label>
      <select
        id={id}
        value={value}
        disabled={disabled}
        onChange={(event) => onValue(event.currentTarget.value as Value)}
      >
        {options.map(([option, words]) => (
          <option key={option} value={option}>
            {words}
          </option>
        ))}
      </select>
    </div>
  );
}
