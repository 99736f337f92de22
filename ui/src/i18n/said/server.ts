/** German for what the program says about the server, the local database and mail. */
import type { Sentences } from "./sentence";

export const SERVER: Sentences = {
  "The server could not be reached: {unreached}": "Der Server war nicht erreichbar: {unreached}",
  "The server does not accept this desktop's login: {notLetIn}":
    "Der Server nimmt den Zugang dieses Arbeitsplatzes nicht an: {notLetIn}",
  "The server does not allow this: {detail}": "Der Server erlaubt das nicht: {detail}",
  "The server no longer knows the changes since this desktop last asked.":
    "Der Server kennt die Änderungen seit der letzten Nachfrage dieses Arbeitsplatzes nicht mehr.",
  "This server cannot do that: {detail}": "Dieser Server kann das nicht: {detail}",
  "The server failed: {detail}": "Der Server meldet einen Fehler: {detail}",
  "The desktop {name} is preparing this database. Try again when it has finished.":
    "Der Arbeitsplatz {name} richtet diese Datenbank gerade ein. Versuchen Sie es noch einmal, wenn er fertig ist.",
  "{number} documents do not have the form they must have. Mend them, or go on and leave them as they are.":
    "{number} Dokumente haben nicht die Form, die sie haben müssen. Bessern Sie sie aus, oder machen Sie weiter und lassen Sie sie, wie sie sind.",
  "A newer version of the program has prepared this database. Update this one first.":
    "Eine neuere Programmversion hat diese Datenbank eingerichtet. Aktualisieren Sie zuerst diese.",
  "This workspace has a server already.": "Dieser Arbeitsbereich hat schon einen Server.",
  "This workspace has no server.": "Dieser Arbeitsbereich hat keinen Server.",
  "This desktop no longer has the connection string of its server. Give it again under System, Server.":
    "Dieser Arbeitsplatz hat die Verbindungszeichenkette seines Servers nicht mehr. Geben Sie sie unter System, Server noch einmal an.",
  "This change books no money: it can be discarded.":
    "Diese Änderung bucht kein Geld: Sie kann verworfen werden.",
  "A reason has 500 characters at most.": "Ein Grund hat höchstens 500 Zeichen.",
  "{number} changes of this desktop have not reached the institution's server. Send them first, or settle those that need attention; then export.":
    "{number} Änderungen dieses Arbeitsplatzes haben den Server der Einrichtung noch nicht erreicht. Senden Sie sie zuerst, oder klären Sie die, die Aufmerksamkeit brauchen; exportieren Sie dann.",
  "The local database did not answer: The workspace is in use by another program. Try again in a moment.":
    "Den Arbeitsbereich benutzt gerade ein anderes Programm. Versuchen Sie es gleich noch einmal.",
  "The local database did not answer: The disk is full. Nothing was changed.":
    "Die Festplatte ist voll. Es wurde nichts geändert.",
  "Something went wrong inside Matricula. Nothing was changed.":
    "In Matricula ist etwas schiefgegangen. Es wurde nichts geändert.",

  "This server has no transactions (it is no replica set). Payments, refunds and everything that changes several records at once are refused while it is used.":
    "Dieser Server kennt keine Transaktionen (er ist kein Replica Set). Zahlungen, Erstattungen und alles, was mehrere Datensätze auf einmal ändert, werden abgelehnt, solange er benutzt wird.",
  "This server does not tell of changes. The desktop asks every few seconds instead.":
    "Dieser Server meldet Änderungen nicht von selbst. Der Arbeitsplatz fragt stattdessen alle paar Sekunden.",
  "This server has no text indexes. Search on desktops does not need one; other programs may.":
    "Dieser Server hat keine Textindizes. Die Suche an Arbeitsplätzen braucht keinen, andere Programme vielleicht.",
  "The connection to the server is not encrypted: others on the network can read and change it.":
    "Die Verbindung zum Server ist nicht verschlüsselt: Andere im Netz können mitlesen und sie verändern.",
  "A server that can be written to answers.": "Ein Server, auf den geschrieben werden kann, antwortet.",
  "No server that can be written to answers any more.":
    "Kein Server, auf den geschrieben werden kann, antwortet mehr.",
  "The server answers.": "Der Server antwortet.",
  "Answers come quickly again.": "Antworten kommen wieder schnell.",
  "An answer took {number} ms.": "Eine Antwort brauchte {number} ms.",
  "Servers known: {number}.": "Bekannte Server: {number}.",
  "This computer's clock and the server's are {number} s apart.":
    "Die Uhren dieses Computers und des Servers gehen {number} s auseinander.",
  "The server's history of changes reaches back {number} hours. Desktops that were off longer compare every record when they come back.":
    "Der Änderungsverlauf des Servers reicht {number} Stunden zurück. Arbeitsplätze, die länger aus waren, vergleichen danach jeden Datensatz.",
  "The server's history of changes reaches back less than an hour. Desktops that were off longer compare every record when they come back.":
    "Der Änderungsverlauf des Servers reicht weniger als eine Stunde zurück. Arbeitsplätze, die länger aus waren, vergleichen danach jeden Datensatz.",
  "This desktop's login has the role {roles}: more than a desktop needs. Give it one of the roles the migrations make.":
    "Der Zugang dieses Arbeitsplatzes hat die Rolle {roles}: mehr, als ein Arbeitsplatz braucht. Geben Sie ihm eine der Rollen, die die Migrationen anlegen.",
  "Another institution is in this database.": "In dieser Datenbank liegt eine andere Einrichtung.",
  "Another person in the database has this e-mail address.":
    "Eine andere Person in der Datenbank hat diese E-Mail-Adresse.",
  "Another course in the database has this short name.":
    "Ein anderer Kurs in der Datenbank hat diesen Kurznamen.",
  "Another payment in the database has this reference of the provider.":
    "Eine andere Zahlung in der Datenbank hat diese Referenz des Anbieters.",
  "Another payment in the database has this receipt number.":
    "Eine andere Zahlung in der Datenbank hat diese Quittungsnummer.",
  "Another desktop of the institution has this one's name.":
    "Ein anderer Arbeitsplatz der Einrichtung hat den Namen von diesem.",
  "This record is in the database already, and was changed there.":
    "Diesen Datensatz gibt es in der Datenbank schon, und er wurde dort geändert.",
  "The server has no transactions, so money could not be booked on it.":
    "Der Server kennt keine Transaktionen; Geld ließe sich auf ihm nicht buchen.",
  "Money cannot be booked, and nothing that writes several records at once can be done.":
    "Geld kann nicht gebucht werden, und nichts, was mehrere Datensätze auf einmal schreibt, ist möglich.",
  "Changes by others arrive within 15 seconds instead of at once.":
    "Änderungen anderer kommen innerhalb von 15 Sekunden statt sofort.",
  "Other programs cannot search by words on the server. Search on desktops is not concerned.":
    "Andere Programme können auf dem Server nicht nach Wörtern suchen. Die Suche an Arbeitsplätzen betrifft das nicht.",
  "Logins with fewer rights cannot be made: whoever connects may read and write everything.":
    "Zugänge mit weniger Rechten lassen sich nicht anlegen: Wer sich verbindet, darf alles lesen und schreiben.",

  "Name the mail server.": "Nennen Sie den Mailserver.",
  "This is neither the name of a server nor an address.":
    "Das ist weder der Name eines Servers noch eine Adresse.",
  "The port is a number from 1 to 65535.": "Der Port ist eine Zahl von 1 bis 65535.",
  "Without encryption mail goes to a server on this computer only.":
    "Ohne Verschlüsselung geht E-Mail nur an einen Server auf diesem Computer.",
  "The server answers without encryption. Switch encryption on there, or insist on going without.":
    "Der Server antwortet unverschlüsselt. Schalten Sie dort die Verschlüsselung ein, oder bestehen Sie darauf, ohne zu verbinden.",
  "The server's certificate was issued by an authority this computer does not know. Name the file of that authority in the address (tlsCAFile).":
    "Das Zertifikat des Servers hat eine Stelle ausgestellt, die dieser Rechner nicht kennt. Nennen Sie deren Datei in der Adresse (tlsCAFile).",
  "The server's certificate is for another name than the address says.":
    "Das Zertifikat des Servers gilt für einen anderen Namen als den in der Adresse.",
  "The server's certificate has run out. Whoever runs the server has to renew it.":
    "Das Zertifikat des Servers ist abgelaufen. Wer den Server betreibt, muss es erneuern.",
  "The server's certificate is not valid yet. Look at the date of this computer.":
    "Das Zertifikat des Servers gilt noch nicht. Prüfen Sie das Datum dieses Rechners.",
  "The server's certificate cannot be verified.": "Das Zertifikat des Servers lässt sich nicht prüfen.",
  "A certificate begins with the line -----BEGIN CERTIFICATE-----.":
    "Ein Zertifikat beginnt mit der Zeile -----BEGIN CERTIFICATE-----.",
  "The mail server was not reached: {unreached}": "Der Mailserver war nicht erreichbar: {unreached}",
  "The mail server did not let this desktop in: {sentence}":
    "Der Mailserver hat diesen Arbeitsplatz nicht eingelassen: {sentence}",
  "The mail server did not let this desktop in: {detail}":
    "Der Mailserver hat diesen Arbeitsplatz nicht eingelassen: {detail}",
  "it does not accept the login with this password ({detail})":
    "Er nimmt den Zugang mit diesem Passwort nicht an ({detail})",
  "The mail server refused the letter: {detail}": "Der Mailserver hat den Brief abgelehnt: {detail}",
  "The mail server is busy: {detail}": "Der Mailserver ist beschäftigt: {detail}",
  "The line could not be protected: {detail}": "Die Leitung ließ sich nicht schützen: {detail}",
  "The certificate in the settings cannot be read.":
    "Das Zertifikat in den Einstellungen kann nicht gelesen werden.",
  "No mail server is set.": "Es ist kein Mailserver eingestellt.",
  "This desktop does not know the password of the mail server.":
    "Dieser Arbeitsplatz kennt das Passwort des Mailservers nicht.",
  "This desktop does not know the password of the mail server yet.":
    "Dieser Arbeitsplatz kennt das Passwort des Mailservers noch nicht.",
  "It could not be sent before what it says expired.":
    "Der Brief konnte nicht verschickt werden, bevor sein Inhalt ablief.",
  "The letter cannot be read.": "Der Brief kann nicht gelesen werden.",
  "The sender's address cannot be used.": "Die Absenderadresse kann nicht benutzt werden.",
  "The address cannot be used.": "Die Adresse kann nicht benutzt werden.",
  "This letter has left already.": "Dieser Brief ist schon hinausgegangen.",
  "This letter cannot be sent again: it has left, or what it says has expired.":
    "Dieser Brief kann nicht noch einmal verschickt werden: Er ist hinausgegangen, oder sein Inhalt ist abgelaufen.",
  "Save the settings for mail first.": "Speichern Sie zuerst die E-Mail-Einstellungen.",
  "The password that is kept here was typed for another server, port or login. Enter the one of this login.":
    "Das hier aufbewahrte Passwort wurde für einen anderen Server, Port oder Zugang eingegeben. Geben Sie das dieses Zugangs ein.",
  "The words of this change were erased with the person it was about.":
    "Die Worte dieser Änderung wurden mit der Person gelöscht, um die es ging.",
};
