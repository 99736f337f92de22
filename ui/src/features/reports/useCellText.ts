/** A report's cell in the reader's language; its days are cut in the zone of the report. */
import { useTranslation } from "react-i18next";
import type { Cell } from "@/bindings/Cell";
import type { ColumnKind } from "@/bindings/ColumnKind";
import { formatDate, useMoney } from "@/design";
import { isMoney } from "./table";

export function useCellText(zone?: string): (cell: Cell, kind: ColumnKind) => string {
  const { t, i18n } = useTranslation("reports");
  const money = useMoney();
  const locale = i18n.language;
  return (cell, kind) => {
    if (cell === null) return "–";
    if (isMoney(cell)) return money(cell.minor, cell.currency);
    if (typeof cell === "number") {
      // always one digit after the point, so that a column of them is in line
      if (kind === "rate" || kind === "percent") {
        return (kind === "rate" ? cell : cell / 100).toLocaleString(locale, {
          style: "percent",
          minimumFractionDigits: 1,
          maximumFractionDigits: 1,
        });
      }
      if (kind === "days") return t("days", { count: cell });
      return cell.toLocaleString(locale);
    }
    if (kind === "moment") return formatDate(new Date(cell), locale, zone);
    if (kind === "month") {
      const [year, month] = cell.split("-").map(Number);
      return new Date(Date.UTC(year ?? 1970, (month ?? 1) - 1, 1)).toLocaleDateString(locale, {
        month: "long",
        year: "numeric",
        timeZone: "UTC",
      });
    }
    const word = `word.${cell}`;
    return i18n.exists(word, { ns: "reports" }) ? t(word as "word.pending") : cell;
  };
}
