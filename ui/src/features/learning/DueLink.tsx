/** What is still to pay, linked to the payment it waits for. */
import { useQuery } from "@tanstack/react-query";
import { duePaymentQuery } from "@/backend/queries/learning";
import type { MoneyDto } from "@/bindings/MoneyDto";
import { Money, TextLink } from "@/design";

export function DueLink({
  enrollment,
  due,
  children,
}: {
  enrollment: string;
  due: MoneyDto;
  /** What stands before the amount. */
  children?: React.ReactNode;
}) {
  const payment = useQuery(duePaymentQuery(enrollment)).data;
  const words = (
    <>
      {children} <Money minor={due.minor} currency={due.currency} />
    </>
  );
  return payment ? (
    <TextLink to="/payments/$paymentId" params={{ paymentId: payment }}>
      {words}
    </TextLink>
  ) : (
    <TextLink to="/my-payments">{words}</TextLink>
  );
}
