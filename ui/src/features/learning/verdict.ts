/** What a check of a certificate's number amounts to. */
import type { CertificateCheck } from "@/bindings/CertificateCheck";

/**
 * - `genuine`: made with the institution's key, held here, not revoked
 * - `revoked`: held here, and taken back
 * - `elsewhere`: made with the institution's key, but its enrollment is not on this computer
 * - `foreign`: held here, but its number is not from this institution's key (another program gave it)
 * - `unknown`: neither
 */
export type Verdict = "genuine" | "revoked" | "elsewhere" | "foreign" | "unknown";

export function verdictOf({ genuine, certificate }: CertificateCheck): Verdict {
  if (certificate?.revokedAt) return "revoked";
  if (certificate) return genuine ? "genuine" : "foreign";
  return genuine ? "elsewhere" : "unknown";
}
