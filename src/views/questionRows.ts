import * as vscode from 'vscode';
import type { PendingQuestion, QuestionReader } from '../threads/pendingQuestions';
import { questionItem, questionTooltip } from './questionItem';
import type { Group } from './threadGroups';
import type { ThreadSections } from './threadSections';
import type { QuestionNode } from './treeNodes';

/** The rows of what runs ask; they stand among what needs the person, in the folder that the run works in. */
export class QuestionRows {
  readonly #questions: QuestionReader;
  readonly #sections: ThreadSections;
  /** A question that stays where it is keeps its row. */
  #nodes = new Map<string, QuestionNode>();

  constructor(questions: QuestionReader, sections: ThreadSections) {
    this.#questions = questions;
    this.#sections = sections;
  }

  /** Puts each pending question into its section, after they or the sections have changed. */
  place(): void {
    const before = this.#nodes;
    this.#nodes = new Map();
    for (const { section } of before.values()) this.#sections.setQuestions(section, []);
    const bySection = new Map<string, string[]>();
    for (const { id, folder } of this.#questions.pending()) {
      const section = this.#sections.sectionOf(folder);
      const known = before.get(id);
      this.#nodes.set(id, known?.section === section ? known : { kind: 'question', id, section });
      bySection.set(section, [...(bySection.get(section) ?? []), id]);
    }
    for (const [section, ids] of bySection) this.#sections.setQuestions(section, ids);
  }

  nodesOf(section: string, group: Group): QuestionNode[] {
    return this.#sections.questions(section, group).flatMap((id) => this.#nodes.get(id) ?? []);
  }

  all(): Iterable<QuestionNode> {
    return this.#nodes.values();
  }

  itemOf(node: QuestionNode): vscode.TreeItem {
    const question = this.#question(node);
    return question === undefined ? new vscode.TreeItem('') : questionItem(node, question, Date.now());
  }

  tooltipOf(node: QuestionNode): vscode.MarkdownString | undefined {
    const question = this.#question(node);
    return question === undefined ? undefined : questionTooltip(question);
  }

  #question({ id }: QuestionNode): PendingQuestion | undefined {
    return this.#questions.pending().find((question) => question.id === id);
  }
}
