import type { PlanStep } from '../threads/history/turn';
import { element, icon, spoken } from './element';
import { shownProse } from './text/shownText';

const looks = {
  pending: { icon: 'circle-large-outline', className: 'quiet', words: 'To do: ' },
  inProgress: { icon: 'loading', className: 'spin', words: 'In progress: ' },
  completed: { icon: 'pass', className: 'passed', words: 'Done: ' },
} as const;

/** The plan of a turn as a list to tick off. A step that is under way in a turn that is over is not. */
export function planView(plan: readonly PlanStep[], isRunning: boolean): HTMLElement {
  const done = plan.filter(({ status }) => status === 'completed').length;
  const heading = element(
    'h3',
    'plan-title',
    'Plan',
    element('span', 'quiet', ` · ${done} of ${plan.length} done`),
  );
  const steps = plan.map(({ step, status }) =>
    stepElement(step, status === 'inProgress' && !isRunning ? 'pending' : status),
  );
  return element('section', 'card plan', heading, element('ol', 'plan-steps', ...steps));
}

function stepElement(step: string, status: PlanStep['status']): HTMLElement {
  const look = Object.hasOwn(looks, status) ? looks[status] : looks.pending;
  return element(
    'li',
    status,
    icon(look.icon, look.className),
    spoken(look.words),
    element('span', '', shownProse(step)),
  );
}
