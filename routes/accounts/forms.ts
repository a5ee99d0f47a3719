/**
 * What people fill in, with every rule that needs nothing but the form itself.
 *
 * @module
 */
import { z } from "zod";
import { StorableText } from "../../realtime/frames.ts";
import type { Sentence } from "../../realtime/errors.ts";
import { emailFault, normalizeUsername, phoneFault, usernameFault } from "./names.ts";
import { passwordFault } from "./password.ts";

/** Longer is no login of ours, and not worth a look-up. */
const MAX_LOGIN = 254;
const MAX_TYPED_PASSWORD = 1_000;
const MAX_INVITE_CODE = 200;
const MAX_AVATAR = 500;

/** Text under a rule that tells its fault in both languages. */
function ruled(fault: (text: string) => Sentence | null): z.ZodString {
  return z.string().superRefine((text, context) => {
    const sentence = fault(text);
    if (sentence !== null) context.addIssue({ code: "custom", params: { sentence } });
  });
}

const Username = ruled(usernameFault).meta({
  description: "3 to 20 letters of any script, digits, _ - .; unique without regard to case",
});
const Email = ruled(emailFault).meta({ format: "email" });
const Phone = ruled(phoneFault).meta({ description: "Free text" });
const PASSWORD_RULE =
  "Debug: 6 to 20 characters; release: at least 8, at most 72 bytes, none of the most used";
/** A password as typed to prove something: no rule applies to it. */
const TypedPassword = StorableText.min(1).max(MAX_TYPED_PASSWORD);

/** Signing in, by username or e-mail address. */
export const LoginForm = z.object({
  username: StorableText.min(1).max(MAX_LOGIN).meta({ description: "Username or e-mail address" }),
  password: TypedPassword,
});
/** A filled-in {@link LoginForm}. */
export type LoginForm = z.output<typeof LoginForm>;

/** Registering, under the rules of a mode. */
export function registrationForm(mode: "debug" | "release"): typeof RegistrationShape {
  return RegistrationShape.superRefine(({ username, email, password }, context) => {
    const sentence = passwordFault(password, { mode, username, email });
    if (sentence !== null) context.addIssue({ code: "custom", path: ["password"], params: { sentence } });
  }, {
    // All faults are told at once: the password is judged even where other fields are at fault.
    when: ({ value }) => Typed.safeParse(value).success,
  });
}

const RegistrationShape = z.object({
  username: Username.transform(normalizeUsername),
  email: Email,
  password: z.string().meta({ description: PASSWORD_RULE }),
  phone: Phone.optional(),
  invite: StorableText.max(MAX_INVITE_CODE).optional().meta({ description: "The code of an invite link" }),
});
const Typed = z.object({
  password: z.string(),
  username: z.string().optional(),
  email: z.string().optional(),
});
/** A filled-in registration. */
export type RegistrationForm = z.output<typeof RegistrationShape>;

/** What one may change of oneself. */
export const ProfileForm = z.object({
  username: Username.transform(normalizeUsername).optional(),
  email: Email.optional(),
  phone: Phone.optional(),
  avatar: StorableText.max(MAX_AVATAR).optional().meta({
    description: "Empty, or the path of an image served here",
  }),
  password: TypedPassword.optional().meta({ description: "Needed for a new username or e-mail address" }),
});
/** A filled-in {@link ProfileForm}. */
export type ProfileForm = z.output<typeof ProfileForm>;

/** A new password, under the rules of a mode. */
export function passwordForm(mode: "debug" | "release"): typeof PasswordShape {
  return z.object({
    old_password: TypedPassword,
    new_password: ruled((text) => passwordFault(text, { mode })).meta({ description: PASSWORD_RULE }),
  });
}

const PasswordShape = z.object({ old_password: TypedPassword, new_password: z.string() });
/** A filled-in password change. */
export type PasswordForm = z.output<typeof PasswordShape>;
