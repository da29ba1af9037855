// The fields of the card form: how they are written, and what is wrong with them. No page here.

const TEST_CARDS = [
  ["4242 4242 4242 4242", "is paid"],
  ["4000 0000 0000 0002", "is declined"],
  ["4000 0000 0000 9995", "has insufficient funds"],
  ["4000 0027 6000 3184", "asks for 3-D Secure"],
  ["4000 0000 0000 0259", "is disputed later"],
  ["4000 0000 0000 5126", "can't be refunded"],
];

const digitsOf = (text) => text.replace(/\D/g, "");
const isAmex = (digits) => /^3[47]/.test(digits);

/** In groups, as on the card. */
function writeNumber(text) {
  const digits = digitsOf(text).slice(0, 19);
  const groups = isAmex(digits) ? /(\d{1,4})(\d{1,6})?(\d{1,5})?/ : /(\d{1,4})(\d{1,4})?(\d{1,4})?(\d{1,4})?(\d{1,3})?/;
  return (groups.exec(digits) ?? []).slice(1).filter(Boolean).join(" ");
}

/** `12 / 34`; a first digit above 1 is a month by itself. */
function writeExpiry(text) {
  let digits = digitsOf(text).slice(0, 4);
  if (/^[2-9]/.test(digits)) digits = `0${digits}`.slice(0, 4);
  return digits.length > 2 ? `${digits.slice(0, 2)} / ${digits.slice(2)}` : digits;
}

function passesLuhn(digits) {
  const sum = [...digits].reverse().reduce((total, digit, place) => {
    const value = Number(digit) * (place % 2 ? 2 : 1);
    return total + (value > 9 ? value - 9 : value);
  }, 0);
  return sum % 10 === 0;
}

/** The first thing that is wrong with what was typed, null if it is complete and may be right. */
function problemOf({ number, expiry, cvc }, today = new Date()) {
  const digits = digitsOf(number);
  const wrong = (field, code, message) => ({ field, code, message });
  if (digits.length < (isAmex(digits) ? 15 : 16)) {
    return wrong("number", "incomplete_number", "Your card number is incomplete.");
  }
  if (!passesLuhn(digits)) {
    return wrong("number", "invalid_number", "Your card number is invalid.");
  }
  const [month, year] = readExpiry(expiry);
  if (!year) {
    return wrong("expiry", "incomplete_expiry", "Your card's expiration date is incomplete.");
  }
  if (month < 1 || month > 12) {
    return wrong("expiry", "invalid_expiry_month", "Your card's expiration date is invalid.");
  }
  if (year * 12 + month < today.getFullYear() * 12 + today.getMonth() + 1) {
    const message = "Your card's expiration year is in the past.";
    return wrong("expiry", "invalid_expiry_year_past", message);
  }
  if (digitsOf(cvc).length !== (isAmex(digits) ? 4 : 3)) {
    return wrong("cvc", "incomplete_cvc", "Your card's security code is incomplete.");
  }
  return null;
}

/** Month and full year; the year is 0 until it is there. */
function readExpiry(expiry) {
  const digits = digitsOf(expiry);
  return [Number(digits.slice(0, 2)), digits.length === 4 ? 2000 + Number(digits.slice(2)) : 0];
}
