/** Recovery codes, shown this once: to copy or print, and to leave only by saying that they are kept. */
import { Button, CopyButton } from "@mantine/core";
import { IconCheck, IconCopy, IconPrinter } from "@tabler/icons-react";
import { useEffect, useId, useRef } from "react";
import { useTranslation } from "react-i18next";
import { useSession } from "@/backend/queries/session";
import classes from "./SecondFactor.module.css";

interface Props {
  codes: readonly string[];
  onKept: () => void;
  pending?: boolean;
}

export function RecoveryCodes({ codes, onKept, pending = false }: Props) {
  const { t } = useTranslation("accounts");
  const { t: td } = useTranslation("design");
  const email = useSession()?.email ?? "";
  const title = useId();
  const region = useRef<HTMLElement>(null);
  // the form before is gone: the reader starts where the codes are
  useEffect(() => region.current?.focus(), []);
  return (
    <section ref={region} tabIndex={-1} aria-labelledby={title} className={classes.recovery}>
      <div data-sheet>
        <p id={title} className={classes.sheetTitle}>
          {t("factor.codesTitle")}
        </p>
        <p className={classes.lead}>{t("factor.codesBody", { email })}</p>
        <ol className={classes.codes}>
          {codes.map((code) => (
            <li key={code}>
              <code>{code}</code>
            </li>
          ))}
        </ol>
      </div>
      <p className={classes.remark}>{t("factor.codesOnce")}</p>
      <div className={classes.verbs}>
        <Button onClick={onKept} loading={pending}>
          {t("factor.haveKept")}
        </Button>
        <CopyButton value={codes.join("\n")}>
          {({ copied, copy }) => (
            <Button
              variant="default"
              onClick={copy}
              leftSection={
                copied ? <IconCheck size={15} stroke={1.8} /> : <IconCopy size={15} stroke={1.6} />
              }
            >
              {copied ? td("copy.copied") : t("factor.copyCodes")}
            </Button>
          )}
        </CopyButton>
        <Button
          variant="default"
          onClick={() => window.print()}
          leftSection={<IconPrinter size={15} stroke={1.6} />}
        >
          {t("factor.printCodes")}
        </Button>
      </div>
    </section>
  );
}
