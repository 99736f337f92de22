/** The chosen file as the backend takes it, and the mapping proposed for it. */
import type { ImportInspection } from "@/bindings/ImportInspection";

export interface ChosenFile {
  name: string;
  size: number;
  /** Base64. */
  content: string;
}

/** What the backend takes at most, in bytes. */
export const LARGEST = 32 * 1024 * 1024;

/** Reads a file whole. Rejects where the system does not let it be read. */
export function readFile(file: File): Promise<ChosenFile> {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onerror = () => reject(reader.error ?? new Error(file.name));
    reader.onload = () => {
      // `data:text/csv;base64,…`: the part behind the comma; an empty file has none
      const content = String(reader.result).split(",")[1] ?? "";
      resolve({ name: file.name, size: file.size, content });
    };
    reader.readAsDataURL(file);
  });
}

/** Field → column, as the backend proposes it. */
export function proposed(inspection: ImportInspection): Record<string, string> {
  return Object.fromEntries(
    inspection.fields.flatMap((field) => (field.column ? [[field.field, field.column]] : [])),
  );
}
