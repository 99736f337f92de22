/** German for what the program says about enrolling, learning, payments and refunds. */
import type { Sentences } from "./sentence";

export const ENROLLMENTS: Sentences = {
  "“{title}” has no price yet.": "„{title}“ hat noch keinen Preis.",
  "“{title}” is not published, so nobody can be enrolled in it.":
    "„{title}“ ist nicht veröffentlicht; niemand kann eingeschrieben werden.",
  "You can only enroll yourself.": "Sie können nur sich selbst einschreiben.",
  "{name} is not a student but {role}.": "{name} gehört zur Rolle {role}, nicht zu den Studierenden.",
  "The account of {name} is {status}.": "Das Konto von {name} ist {status}.",
  "{name} is already in “{title}” ({status}).": "{name} ist schon in „{title}“ ({status}).",
  "This person is already enrolled in this course.": "Diese Person ist in diesem Kurs schon eingeschrieben.",
  "This enrollment cannot be reopened.": "Diese Einschreibung kann nicht wieder geöffnet werden.",
  "A completed enrollment cannot be cancelled. Refund its payment to end it.":
    "Eine abgeschlossene Einschreibung kann nicht storniert werden. Erstatten Sie ihre Zahlung, um sie zu beenden.",
  "This enrollment has already ended.": "Diese Einschreibung ist schon beendet.",
  "This enrollment has payments and must stay on record. Cancel it instead.":
    "Diese Einschreibung hat Zahlungen und muss in den Akten bleiben. Stornieren Sie sie stattdessen.",
  "The provider is still processing a payment of this enrollment. Record its outcome first.":
    "Der Anbieter bearbeitet noch eine Zahlung dieser Einschreibung. Erfassen Sie zuerst, wie sie ausgeht.",
  "Choose at least one student.": "Wählen Sie mindestens eine Person.",
  "At most {number} people are enrolled at once; these are {number2}.":
    "Höchstens {number} Personen werden auf einmal eingeschrieben; das sind {number2}.",
  "This lesson opens once the course is paid.": "Diese Lektion öffnet sich, sobald der Kurs bezahlt ist.",
  "This lesson may be looked at now; it can be completed once the course is paid.":
    "Diese Lektion kann jetzt angesehen und abgeschlossen werden, sobald der Kurs bezahlt ist.",
  "Your access is a preview: it opens the free lessons only.":
    "Ihr Zugang ist eine Vorschau: Er öffnet nur die freien Lektionen.",
  "Your access to this course has ended.": "Ihr Zugang zu diesem Kurs ist beendet.",
  "This enrollment was cancelled.": "Diese Einschreibung wurde storniert.",
  "This enrollment was refunded.": "Diese Einschreibung wurde erstattet.",
  "The lesson is not in the course any more.": "Die Lektion ist nicht mehr im Kurs.",
  "This assessment is not in the course any more.": "Diese Prüfung ist nicht mehr im Kurs.",
  "The note is empty.": "Die Notiz ist leer.",
  "A note may have 5,000 characters at most.": "Eine Notiz darf höchstens 5.000 Zeichen haben.",
  "A course holds 1,000 notes at most.": "Ein Kurs fasst höchstens 1.000 Notizen.",
  "The rating is 1, 2, 3, 4 or 5.": "Die Bewertung ist 1, 2, 3, 4 oder 5.",
  "A review may have 2,000 characters at most.": "Eine Bewertung darf höchstens 2.000 Zeichen haben.",
  "A course is reviewed by who has completed it or is learning in it and has done a lesson.":
    "Einen Kurs bewertet, wer ihn abgeschlossen hat oder in ihm lernt und eine Lektion erledigt hat.",
  "The score is a number from 0 to {number}.": "Die Punktzahl ist eine Zahl von 0 bis {number}.",
  "Results are recorded for who is learning in the course or has completed it.":
    "Ergebnisse werden für Personen erfasst, die im Kurs lernen oder ihn abgeschlossen haben.",
  "No certificate was issued.": "Es wurde kein Zertifikat ausgestellt.",
  "The certificate is revoked already.": "Das Zertifikat ist schon widerrufen.",
  "Say why the certificate is revoked.": "Sagen Sie, warum das Zertifikat widerrufen wird.",
  "This certificate was revoked and is not printed any more.":
    "Dieses Zertifikat wurde widerrufen und wird nicht mehr gedruckt.",

  "The provider is processing this payment. Record its outcome first.":
    "Der Anbieter bearbeitet diese Zahlung. Erfassen Sie zuerst, wie sie ausgeht.",
  "The payment is in {currency}, not in {currency2}.": "Die Zahlung ist in {currency}, nicht in {currency2}.",
  "{money} are asked for, {money2} were counted. The amounts must be the same.":
    "Verlangt sind {money}, gezählt wurden {money2}. Die Beträge müssen gleich sein.",
  "Cash has no provider. Record it as cash.": "Bargeld hat keinen Anbieter. Erfassen Sie es als Barzahlung.",
  "Another payment already has the reference {reference}.":
    "Eine andere Zahlung hat schon die Referenz {reference}.",
  "Another payment already has this reference of the provider.":
    "Eine andere Zahlung hat schon diese Referenz des Anbieters.",
  "This payment already carries another reference of this kind.":
    "Diese Zahlung trägt schon eine andere Referenz dieser Art.",
  "The provider’s reference is needed.": "Die Referenz des Anbieters ist nötig.",
  "The reference has at most {number} characters.": "Die Referenz hat höchstens {number} Zeichen.",
  "A reference has no spaces in it.": "Eine Referenz enthält keine Leerzeichen.",
  "The note has at most {number} characters.": "Die Bemerkung hat höchstens {number} Zeichen.",
  "This day is in the future.": "Dieser Tag liegt in der Zukunft.",
  "This day is outside the calendar.": "Dieser Tag liegt außerhalb des Kalenders.",
  "This day is more than a year before the payment was asked for.":
    "Dieser Tag liegt mehr als ein Jahr vor dem Tag, an dem die Zahlung verlangt wurde.",
  "This payment names no enrollment, so it cannot be booked here.":
    "Diese Zahlung nennt keine Einschreibung und kann hier nicht gebucht werden.",
  "This payment belongs to an earlier run of the enrollment. Record the money for the new payment.":
    "Diese Zahlung gehört zu einem früheren Durchgang der Einschreibung. Erfassen Sie das Geld bei der neuen Zahlung.",
  "There is nothing to pay.": "Es ist nichts zu zahlen.",
  "The payment was cancelled with its enrollment. Give the money back, or reopen the enrollment and record it for the new payment.":
    "Die Zahlung wurde mit ihrer Einschreibung storniert. Geben Sie das Geld zurück, oder öffnen Sie die Einschreibung wieder und erfassen Sie es bei der neuen Zahlung.",
  "The payment was cancelled. Start a new payment for the enrollment.":
    "Die Zahlung wurde storniert. Beginnen Sie eine neue Zahlung für die Einschreibung.",
  "The payment has failed. Start a new payment for the enrollment.":
    "Die Zahlung ist fehlgeschlagen. Beginnen Sie eine neue Zahlung für die Einschreibung.",
  "The payment is already booked.": "Die Zahlung ist schon gebucht.",
  "The payment was booked and refunded.": "Die Zahlung wurde gebucht und erstattet.",
  "The payment is booked. Refund it instead.": "Die Zahlung ist gebucht. Erstatten Sie sie stattdessen.",
  "The payment is booked. A late failure does not undo it; refund it if the money did not stay.":
    "Die Zahlung ist gebucht. Ein später Fehlschlag hebt sie nicht auf; erstatten Sie sie, wenn das Geld nicht blieb.",
  "Say why it failed.": "Sagen Sie, warum sie fehlschlug.",
  "{money} were already paid for this enrollment.": "Für diese Einschreibung wurden schon {money} gezahlt.",
  "This enrollment does not wait for a payment.": "Diese Einschreibung wartet nicht auf eine Zahlung.",
  "This enrollment has ended. Reopen it; that asks for a new payment.":
    "Diese Einschreibung ist beendet. Öffnen Sie sie wieder; dadurch wird eine neue Zahlung verlangt.",
  "It is not known what this enrollment costs, so no payment can be asked for.":
    "Was diese Einschreibung kostet, ist nicht bekannt; es kann keine Zahlung verlangt werden.",
  "Another booking was made on this device in the meantime. Try again.":
    "Auf diesem Gerät wurde inzwischen etwas anderes gebucht. Versuchen Sie es noch einmal.",
  "This receipt number was already given out.": "Diese Quittungsnummer wurde schon vergeben.",
  "A payment is never deleted. Cancel or refund it instead.":
    "Eine Zahlung wird nie gelöscht. Stornieren oder erstatten Sie sie stattdessen.",

  "All of this payment was refunded already.": "Diese Zahlung wurde schon ganz erstattet.",
  "Nothing was paid yet, so there is nothing to refund.":
    "Es wurde noch nichts gezahlt; es gibt nichts zu erstatten.",
  "A refund is more than nothing.": "Eine Erstattung ist mehr als nichts.",
  "At most {money} can be refunded.": "Höchstens {money} können erstattet werden.",
  "At most {money} can be refunded; {money2} already wait for approval.":
    "Höchstens {money} können erstattet werden; {money2} warten schon auf Zustimmung.",
  "Only {money} of this payment can still be refunded.":
    "Von dieser Zahlung können nur noch {money} erstattet werden.",
  "Nothing of this payment is left to refund.": "Von dieser Zahlung ist nichts mehr zu erstatten.",
  "Only {money} are left of this payment. Deny this refund and ask for a smaller one.":
    "Von dieser Zahlung sind nur noch {money} übrig. Lehnen Sie diese Erstattung ab und verlangen Sie eine kleinere.",
  "This refund is already booked.": "Diese Erstattung ist schon gebucht.",
  "This refund was already denied.": "Diese Erstattung wurde schon abgelehnt.",
  "This refund was withdrawn by who asked for it.":
    "Diese Erstattung wurde von der Person zurückgezogen, die sie verlangt hatte.",
  "Somebody else asked for this refund. Approve it or deny it.":
    "Diese Erstattung hat jemand anders verlangt. Genehmigen Sie sie oder lehnen Sie sie ab.",
  "You asked for this refund yourself. Somebody else must approve or deny it.":
    "Sie haben diese Erstattung selbst verlangt. Jemand anderes muss ihr zustimmen oder sie ablehnen.",
  "A certificate stands for this enrollment. Revoke it before refunding all of the payment.":
    "Für diese Einschreibung gilt ein Zertifikat. Widerrufen Sie es, bevor Sie die ganze Zahlung erstatten.",
  "The amount is not a number.": "Der Betrag ist keine Zahl.",
  "The amount is too large.": "Der Betrag ist zu groß.",
};
