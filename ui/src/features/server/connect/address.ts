/**
 * The form of a server's address: a connection string or its parts, as people type them, and what is sent.
 * The program behind the window judges the address; here is only what the form itself must know.
 */
import type { Environment } from "@/bindings/Environment";
import type { ServerAddress } from "@/bindings/ServerAddress";

export const ENVIRONMENTS = [
  "production",
  "staging",
  "testing",
  "development",
] as const satisfies Environment[];

export interface AddressValues extends Record<string, unknown> {
  how: "uri" | "parts";
  uri: string;
  hosts: string;
  username: string;
  password: string;
  authSource: string;
  replicaSet: string;
  tls: boolean;
  insecure: boolean;
  environment: Environment;
  database: string;
}

export const NO_ADDRESS: AddressValues = {
  how: "uri",
  uri: "",
  hosts: "",
  username: "",
  password: "",
  authSource: "",
  replicaSet: "",
  tls: true,
  insecure: false,
  environment: "production",
  database: "",
};

const text = (value: string) => value.trim() || null;

/** What is sent. Of the two ways only the chosen one, so that a half-typed other one never matters. */
export function addressOf(values: AddressValues): ServerAddress {
  const parts = values.how === "parts";
  return {
    uri: parts ? null : text(values.uri),
    hosts: parts ? text(values.hosts) : null,
    username: parts ? text(values.username) : null,
    // a password may begin or end with a space
    password: parts ? values.password || null : null,
    authSource: parts ? text(values.authSource) : null,
    replicaSet: parts ? text(values.replicaSet) : null,
    tls: parts && values.tls,
    insecure: values.insecure && leavesUnencrypted(values),
    database: text(values.database),
    environment: values.environment,
  };
}

const HERE = /^(localhost|127(\.\d{1,3}){3}|\[::1\]|::1)$/i;

/** The hosts without their ports; of a connection string what stands between the credential and the path. */
export function hostsOf(values: Pick<AddressValues, "how" | "uri" | "hosts">): string[] {
  const list =
    values.how === "parts"
      ? values.hosts
      : (/^mongodb(?:\+srv)?:\/\/(?:[^/]*@)?([^/?]*)/i.exec(values.uri.trim())?.[1] ?? "");
  return list
    .split(",")
    .map((host) => host.trim().replace(/:\d+$/, ""))
    .filter(Boolean);
}

/** Records would cross a network readable by anybody on it: such an address has to be insisted on. */
export function leavesUnencrypted(values: AddressValues): boolean {
  const encrypted =
    values.how === "parts"
      ? values.tls
      : /^mongodb\+srv:/i.test(values.uri.trim())
        ? !/[?&](tls|ssl)=false/i.test(values.uri)
        : /[?&](tls|ssl)=true/i.test(values.uri);
  return !encrypted && hostsOf(values).some((host) => !HERE.test(host));
}

/** The database an environment stands for, as the seed schema names it. */
export function databaseOf(environment: Environment): string {
  const ends = { production: "prod", staging: "staging", testing: "test", development: "dev" } as const;
  return `students_enrollment_${ends[environment]}`;
}

/** The database a connection string names; null where the environment decides. */
export function databaseInUri(uri: string): string | null {
  return /^mongodb(?:\+srv)?:\/\/[^/]*\/([^?]+)/i.exec(uri.trim())?.[1] ?? null;
}
