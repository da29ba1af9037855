/** Television's nine controls, tried out on a sample before one's eyes. */

import { RotateCcw } from "lucide-preact";
import { useId } from "preact/hooks";
import { Dialog } from "../components/dialog";
import { pigment } from "../room/pigment";
import { restyle, style } from "./preferences";
import {
  type CaptionStyle,
  type Color,
  COLORS,
  EDGES,
  FONTS,
  hardToRead,
  OPACITIES,
  paint,
  PLAIN,
  SIZES,
} from "./style";

export function Appearance({ onClose }: { onClose: () => void }) {
  const now = style.value;
  const reset = () => restyle({ ...PLAIN, shown: now.shown });
  return (
    <Dialog title="Caption appearance" onClose={onClose}>
      <Sample now={now} />
      <div class="appearance">
        <Select name="font" label="Font" options={FONTS} />
        <Select name="size" label="Size" options={SIZES} />
        <Select name="edge" label="Edge" options={EDGES} />
        <Paint legend="Text" color="text_color" opacity="text_opacity" />
        <Paint legend="Background" color="background_color" opacity="background_opacity" />
        <Paint legend="Window" color="window_color" opacity="window_opacity" />
        <label class="appearance-names">
          <input
            type="checkbox"
            checked={now.show_names}
            onChange={(event) => restyle({ show_names: event.currentTarget.checked })}
          />
          Show who speaks
        </label>
      </div>
      <div class="actions">
        <button type="button" class="button quiet" onClick={reset}>
          <RotateCcw aria-hidden="true" />
          Reset
        </button>
        <button type="button" class="button primary" onClick={onClose}>
          Done
        </button>
      </div>
    </Dialog>
  );
}

function Sample({ now }: { now: CaptionStyle }) {
  return (
    <div class="appearance-sample">
      <div
        class="caption-window"
        style={paint(now)}
        data-names={now.show_names || undefined}
        role="img"
        aria-label="Sample"
      >
        <div class="line" data-head>
          <p class="line-head">
            <span class="line-speaker" data-pigment={pigment("sample")}>
              Zeno
            </span>
            <span class="line-time">1:02</span>
          </p>
          <p class="line-text">
            <span>We have two ears and one mouth.</span>
          </p>
        </div>
      </div>
      <p class="note" role="status">
        {hardToRead(now) && "Letters and what is behind them are hard to tell apart."}
      </p>
    </div>
  );
}

interface SelectProps {
  name: "font" | "size" | "edge";
  label: string;
  options: readonly (readonly [string, string])[];
}

function Select({ name, label, options }: SelectProps) {
  const id = useId();
  return (
    <div class="field">
      <label for={id}>{label}</label>
      <select
        id={id}
        value={style.value[name]}
        onChange={(event) => restyle({ [name]: event.currentTarget.value })}
      >
        {options.map(([value, shown]) => (
          <option key={value} value={value}>
            {shown}
          </option>
        ))}
      </select>
    </div>
  );
}

interface PaintProps {
  legend: string;
  color: "text_color" | "background_color" | "window_color";
  opacity: "text_opacity" | "background_opacity" | "window_opacity";
}

/** A colour as one of nine swatches, and how much it covers. */
function Paint({ legend, color, opacity }: PaintProps) {
  const id = useId();
  const chosen = style.value[color];
  const choose = (wanted: Color) =>
    // A background that can't be seen was not what was meant by choosing its colour.
    restyle({ [color]: wanted, ...(style.value[opacity] === 0 && { [opacity]: 100 }) });
  return (
    <fieldset class="appearance-paint">
      <legend>{legend}</legend>
      <div class="swatches">
        {COLORS.map(([value, name]) => (
          <input
            key={value}
            type="radio"
            class="swatch"
            name={id}
            value={value}
            data-color={value}
            aria-label={`${legend}: ${name}`}
            title={name}
            checked={value === chosen}
            onChange={() => choose(value)}
          />
        ))}
      </div>
      <label class="appearance-opacity">
        <span>Opacity</span>
        <input
          type="range"
          min={0}
          max={OPACITIES.length - 1}
          step={1}
          value={OPACITIES.indexOf(style.value[opacity])}
          aria-label={`${legend} opacity`}
          aria-valuetext={`${style.value[opacity]} per cent`}
          onInput={(event) =>
            restyle({ [opacity]: OPACITIES[event.currentTarget.valueAsNumber] ?? 100 })
          }
        />
        <output>{style.value[opacity]} %</output>
      </label>
    </fieldset>
  );
}
