import type { ApprovalDecision } from '../threads/thread';

/** What a button says that gives an answer. */
export function decisionLabel(decision: ApprovalDecision): string {
  switch (decision) {
    case 'accept':
      return 'Approve';
    case 'acceptForSession':
      return 'Approve for Session';
    case 'decline':
      return 'Decline';
    case 'cancel':
      return 'Decline and Stop';
  }
}
