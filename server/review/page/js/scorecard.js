/** The scorecard: each answer with its evidence, and a person's answer beside the machine's. */

import { make } from "../../../console/static/lib/dom.js";
import { cited, percent, told } from "./parts.js";

export function drawScorecard(place, page) {
  const { report: { scorecard, assessment }, say } = page;
  const given = (found, name) => found.filter((each) => each.criterion_id === name);
  const people = assessment.answers.filter((each) => each.form === scorecard.form);
  const heads = ["criterion", "answer", ...(people.length ? ["person"] : []), "evidence"];
  const rows = scorecard.answers.map((answer) => row(page, answer, people.length > 0,
    given(people, answer.criterion_id), given(assessment.responses, answer.criterion_id)));
  place.replaceChildren(
    make("p", {}, make("strong", {}, scorecard.form_title), " ", summary(page)),
    make("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": say("score.title") },
      make("table", { class: "answers" },
        make("caption", { class: "unseen" }, say("score.title")),
        make("thead", {}, make("tr", {}, ...heads.map((head) => make("th", { scope: "col" }, say(`column.${head}`))))),
        make("tbody", {}, ...rows))),
    ...given(assessment.responses, null).map((response) => said(page, response)),
  );
}

function summary({ report: { scorecard, blind }, say }) {
  if (blind?.hidden.length) return say("score.blind");
  if (scorecard.score === null) return say("score.none");
  return `${say("score.of", { score: Math.round(scorecard.score) })} ${say("score.share", { share: percent(scorecard.assessed_share) })}`;
}

function row(page, answer, byPeople, people, responses) {
  const { say, report: { effective } } = page;
  const evidence = answer.evidence.map((line) => make("li", {}, cited(page, line)));
  return make("tr", { "data-criterion": answer.criterion_id, class: answer.answer ?? "not-assessable" },
    make("th", { scope: "row" }, answer.title, make("span", { class: "quiet question" }, `${answer.question} (${say("score.weight", { weight: answer.weight })})`)),
    make("td", {}, machine(page, answer),
      ...(answer.auto_fail_proposed ? [" ", make("span", { class: "chip urgent" }, say("score.proposed"))] : []),
      ...(effective.suggest_only.includes(answer.criterion_id) ? [" ", make("span", { class: "chip" }, say("score.suggest_only"))] : [])),
    ...(byPeople ? [make("td", {}, ...(people.length ? people.map((person) => human(page, person)) : [quiet(say("score.not_overridden"))]))] : []),
    make("td", {}, evidence.length ? make("ul", { class: "evidence" }, ...evidence) : quiet(say("score.no_evidence")),
      ...responses.map((response) => said(page, response))));
}

function machine(page, { criterion_id: name, answer, not_assessable: reason }) {
  const { say, report: { blind } } = page;
  if (blind?.hidden.includes(name)) return quiet(say("score.hidden"));
  if (answer !== null) return make("span", { class: `chip answer-${answer}` }, say(`answer.${answer}`));
  return make("span", {}, make("span", { class: "chip" }, say("answer.none")), " ", make("span", { class: "quiet" }, told(page, `why_not.${reason}`)));
}

/** A person's answer; earlier ones stay beside it, the last one counts. */
function human({ say }, { answer, comment, by, at, blind }) {
  return make("p", {},
    make("span", { class: `chip answer-${answer}` }, say(`answer.${answer}`)), " ", comment ?? "", " ",
    quiet([by, at.slice(0, 10), blind && say("score.was_blind")].filter(Boolean).join(" · ")));
}

/** What the agent says to the review, or to one answer of it. */
function said({ say }, { kind, comment, by, at }) {
  return make("p", { class: "response" }, make("strong", {}, say(`response.${kind}`)), " ", comment ?? "", " ",
    quiet([by, at.slice(0, 10)].filter(Boolean).join(" · ")));
}

function quiet(text) {
  return make("span", { class: "quiet" }, text);
}
