/** Keys of words for what the server names: collections, abilities. Others are shown as they are named. */

const COLLECTIONS = [
  "users",
  "courses",
  "enrollments",
  "payments",
  "payment_ledger",
  "audit_events",
  "devices",
  "settings",
  "imports",
  "sessions",
  "auth_tokens",
  "sync_ops",
  "sync_tombstones",
  "sync_quarantine",
  "migrations",
  "migration_lock",
  "sync_locks",
] as const;

const ABILITIES = ["transactions", "change-streams", "text-index", "roles"] as const;

export const collectionKey = (name: string): `collection.${(typeof COLLECTIONS)[number]}` =>
  `collection.${name as (typeof COLLECTIONS)[number]}`;

export const abilityKey = (name: string): `abilities.${(typeof ABILITIES)[number]}` =>
  `abilities.${name as (typeof ABILITIES)[number]}`;
