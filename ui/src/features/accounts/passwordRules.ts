/** The institution's rule for passwords, as the backend checks it: shown while typing, decided there. */

export interface PasswordRule {
  key: "length" | "lower" | "upper" | "digit";
  met: boolean;
}

export function passwordRules(password: string): PasswordRule[] {
  return [
    { key: "length", met: [...password].length >= 8 },
    { key: "lower", met: /\p{Ll}/u.test(password) },
    { key: "upper", met: /\p{Lu}/u.test(password) },
    { key: "digit", met: /\d/.test(password) },
  ];
}

export function passwordFits(password: string): boolean {
  return passwordRules(password).every((rule) => rule.met);
}
