/** A choice of several among a few: a legend with checkboxes. */

import type { ComponentChildren } from "preact";

interface CheckProps {
  checked: boolean;
  onChecked: (checked: boolean) => void;
  disabled?: boolean;
  children: ComponentChildren;
}

export function Check({ checked, onChecked, disabled = false, children }: CheckProps) {
  return (
    <label class="check">
      <input
        type="checkbox"
        checked={checked}
        disabled={disabled}
        onChange={(event) => onChecked(event.currentTarget.checked)}
      />
      <span>{children}</span>
    </label>
  );
}

interface ChecksProps<Value extends string | number> {
  legend: string;
  options: readonly (readonly [value: Value, label: string])[];
  chosen: readonly Value[];
  onToggle: (value: Value, wanted: boolean) => void;
}

export function Checks<Value extends string | number>(props: ChecksProps<Value>) {
  const { legend, options, chosen, onToggle } = props;
  return (
    <fieldset class="checks">
      <legend>{legend}</legend>
      {options.map(([value, label]) => (
        <Check
          key={value}
          checked={chosen.includes(value)}
          onChecked={(wanted) => onToggle(value, wanted)}
        >
          {label}
        </Check>
      ))}
    </fieldset>
  );
}
