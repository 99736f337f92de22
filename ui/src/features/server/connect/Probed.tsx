/** What the server answered when it was tried: where, what is there, what it can do and what follows. */
import { IconAlertTriangle, IconCheck, IconMinus } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import type { AbilityDto } from "@/bindings/AbilityDto";
import type { ServerProbe } from "@/bindings/ServerProbe";
import { Facts, Said } from "@/design";
import { abilityKey, collectionKey } from "../words";
import classes from "./connect.module.css";

const HOLDS_TONE = { nothing: "ink", institution: "green", foreign: "amber", newer: "red" } as const;

/** `attaching`: a workspace of this computer is to be uploaded there, nothing is to be created or joined. */
export function Probed({ probe, attaching = false }: { probe: ServerProbe; attaching?: boolean }) {
  const { t, i18n } = useTranslation("server");
  const { t: tf } = useTranslation("frame");
  const count = (n: number) => n.toLocaleString(i18n.language);
  return (
    <>
      <section className={classes.holds} data-tone={HOLDS_TONE[probe.holds]}>
        <h2>
          {probe.holds === "institution"
            ? (probe.institution ?? t("holds.institution"))
            : t(`holds.${probe.holds}`)}
        </h2>
        <p>
          {attaching && probe.holds === "nothing"
            ? t("holds.nothingAttach")
            : t(`holds.${probe.holds}Body`, { admins: probe.admins, count: probe.admins })}
        </p>
      </section>
      <Facts
        items={[
          { label: t("probe.server"), value: <span className={classes.address}>{probe.address}</span> },
          {
            label: t("probe.database"),
            value: (
              <>
                <span className={classes.address}>{probe.database}</span>
                {probe.environment && ` · ${tf(`environment.${probe.environment}`)}`}
              </>
            ),
          },
          {
            label: t("probe.line"),
            value: `${t(probe.tls ? "probe.encrypted" : "probe.unencrypted")} · ${t("probe.ping", {
              ms: probe.pingMs.toLocaleString(i18n.language, { maximumFractionDigits: 1 }),
            })}`,
          },
          {
            label: t("probe.migrations"),
            value:
              probe.pendingMigrations === 0
                ? t("probe.prepared")
                : t("probe.pending", { count: probe.pendingMigrations }),
          },
        ]}
      />
      <h3 className={classes.heading}>{t("abilities.title")}</h3>
      <Abilities abilities={probe.abilities} />
      {probe.counts.some((one) => one.count > 0) && (
        <>
          <h3 className={classes.heading}>{t("probe.there")}</h3>
          <ul className={classes.counts}>
            {probe.counts
              .filter((one) => one.count > 0)
              .map((one) => (
                <li key={one.collection}>
                  {t(collectionKey(one.collection), one.collection)} <strong>{count(one.count)}</strong>
                </li>
              ))}
          </ul>
        </>
      )}
    </>
  );
}

/** What a server can do; of what it cannot, the consequence. */
export function Abilities({ abilities }: { abilities: AbilityDto[] }) {
  const { t } = useTranslation("server");
  return (
    <ul className={classes.abilities}>
      {abilities.map((one) => {
        const Icon = one.present ? IconCheck : one.consequence ? IconAlertTriangle : IconMinus;
        return (
          <li key={one.ability} data-present={one.present || undefined}>
            <Icon size={15} stroke={1.8} aria-hidden="true" />
            <div>
              <strong>
                {t(abilityKey(one.ability), one.ability)}
                {!one.present && <span className={classes.lacking}>{t("abilities.absent")}</span>}
              </strong>
              <p>
                {!one.present && one.consequence ? (
                  <Said>{one.consequence}</Said>
                ) : (
                  t(`${abilityKey(one.ability)}Good`, "")
                )}
              </p>
            </div>
          </li>
        );
      })}
    </ul>
  );
}
