/** Documents a validator would refuse, listed before anything changes. */
import { useTranslation } from "react-i18next";
import type { OffendingDocument } from "@/bindings/OffendingDocument";
import tables from "./tables.module.css";
import { collectionKey } from "./words";

export function Offending({ rows, total }: { rows: readonly OffendingDocument[]; total: number }) {
  const { t } = useTranslation("server");
  const more = total - rows.length;
  return (
    <>
      <p className={tables.lead}>{t("offending.lead")}</p>
      <table className={tables.table}>
        <thead>
          <tr>
            <th scope="col">{t("source.collection")}</th>
            <th scope="col">{t("unreadable.id")}</th>
            <th scope="col">{t("offending.problem")}</th>
          </tr>
        </thead>
        <tbody>
          {rows.map((one) => (
            <tr key={`${one.collection} ${one.id} ${one.problem}`}>
              <td>{t(collectionKey(one.collection), one.collection)}</td>
              <td className={tables.code}>{one.id}</td>
              <td>{one.problem}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {more > 0 && <p className={tables.small}>{t("offending.more", { count: more })}</p>}
    </>
  );
}
