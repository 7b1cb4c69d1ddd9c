import * as vscode from 'vscode';
import { homedir } from 'node:os';
import type { Remedy } from '../base/userError';
import type { CheckResult } from '../threads/setup/checkResult';
import { SETUP_CHECKS, startSetupChecks } from '../threads/setup/setupChecks';
import type { SetupCheck, SetupParts, SetupWindow } from '../threads/setup/setupChecks';
import { setupReport } from '../threads/setup/setupReport';
import { remedyTitle } from '../vscode/errorReporting';
import type { ErrorReporter } from '../vscode/errorReporting';
import { homeAsTilde } from '../vscode/homeAsTilde';
import { plainText } from '../vscode/messages';
import { usePolling } from '../vscode/settings';

export interface CheckSetupTargets extends SetupParts {
  readonly errors: ErrorReporter;
  readonly showLog: () => void;
}

interface SetupItem extends vscode.QuickPickItem {
  readonly key: SetupCheck | 'separator' | 'report' | 'log';
  /** One for each button, in the same order; Enter stands for the first. */
  readonly remedies?: readonly Remedy[];
}

type Results = Partial<Record<SetupCheck, CheckResult>>;

/** *Codex: Check Setup*: a row for all that has to be right before Codex can run, each as soon as it is known. */
export async function checkSetup(targets: CheckSetupTargets): Promise<void> {
  const pick = createPick();
  const results: Results = {};
  const show = (isCopied = false): void => {
    const [active] = pick.activeItems;
    pick.items = itemsOf(results, isCopied);
    // The rows are new ones: the person's place among them stays.
    if (active !== undefined) pick.activeItems = pick.items.filter(({ key }) => key === active.key);
  };
  const closed = new Promise<void>((resolve) => pick.onDidHide(resolve));
  const checked = collect(startSetupChecks(targets, windowOf()), results, show);
  const remedy = async (chosen: Remedy | undefined): Promise<void> => {
    if (chosen === undefined) return;
    pick.hide();
    await targets.errors.remedy(chosen);
  };
  const accept = targets.errors.guard(async () => {
    const [item] = pick.selectedItems;
    if (item?.key === 'log') {
      pick.hide();
      targets.showLog();
    } else if (item?.key === 'report') {
      await checked;
      await vscode.env.clipboard.writeText(reportOf(targets, results));
      show(true);
    } else await remedy(item?.remedies?.[0]);
  });
  pick.onDidAccept(accept);
  pick.onDidTriggerItemButton(({ item, button }) =>
    remedy(item.remedies?.[item.buttons?.indexOf(button) ?? -1]),
  );
  show();
  pick.show();
  void checked.then(() => {
    pick.busy = false;
    const isWell = Object.values(results).every(({ verdict }) => verdict === 'pass');
    pick.placeholder = isWell ? 'All is well' : 'Choose a row to put it right';
  });
  await closed;
  pick.dispose();
}

function createPick(): vscode.QuickPick<SetupItem> {
  const pick = vscode.window.createQuickPick<SetupItem>();
  pick.title = 'Codex Setup';
  pick.placeholder = 'Checking…';
  pick.matchOnDescription = true;
  pick.matchOnDetail = true;
  pick.keepScrollPosition = true;
  pick.busy = true;
  return pick;
}

/** Puts each result into `results` as it comes, and says so. */
async function collect(
  checks: Record<SetupCheck, Promise<CheckResult>>,
  results: Results,
  onResult: () => void,
): Promise<void> {
  const entries = Object.entries(checks) as [SetupCheck, Promise<CheckResult>][];
  await Promise.all(
    entries.map(async ([check, result]) => {
      results[check] = await result;
      onResult();
    }),
  );
}

/** The folder of the active editor, else the first one. */
function windowOf(): SetupWindow {
  const folders = (vscode.workspace.workspaceFolders ?? []).filter(({ uri }) => uri.scheme === 'file');
  const document = vscode.window.activeTextEditor?.document.uri;
  const active = document === undefined ? undefined : vscode.workspace.getWorkspaceFolder(document);
  const folder = folders.find(({ uri }) => uri.toString() === active?.uri.toString()) ?? folders[0];
  return {
    isTrusted: vscode.workspace.isTrusted,
    cwd: folder?.uri.fsPath ?? homedir(),
    folderName: folders.length > 1 ? folder?.name : undefined,
    usePolling: usePolling(),
  };
}

function itemsOf(results: Results, isCopied: boolean): SetupItem[] {
  const checks = Object.entries(SETUP_CHECKS) as [SetupCheck, string][];
  return [
    ...checks.map(([check, title]) => itemOf(check, title, results[check])),
    { key: 'separator', label: '', kind: vscode.QuickPickItemKind.Separator },
    {
      key: 'report',
      label: 'Copy Report',
      description: isCopied ? 'Copied' : '',
      iconPath: new vscode.ThemeIcon('copy'),
      alwaysShow: true,
    },
    { key: 'log', label: 'Show Log', iconPath: new vscode.ThemeIcon('output'), alwaysShow: true },
  ];
}

function itemOf(key: SetupCheck, label: string, result: CheckResult | undefined): SetupItem {
  if (result === undefined) return { key, label, iconPath: new vscode.ThemeIcon('loading~spin') };
  const { verdict, fact, detail, remedies = [] } = result;
  return {
    key,
    label,
    description: shown(fact),
    ...(detail === undefined ? {} : { detail: shown(detail) }),
    iconPath: iconOf(verdict),
    remedies,
    buttons: remedies.map((remedy) => ({ iconPath: remedyIcon(remedy), tooltip: remedyTitle(remedy) })),
  };
}

function shown(text: string): string {
  return plainText(homeAsTilde(text));
}

/** Where VS Code gives the icons of a list no colour of their own, their shape has to do. */
function iconOf(verdict: CheckResult['verdict']): vscode.ThemeIcon {
  switch (verdict) {
    case 'pass':
      return new vscode.ThemeIcon('pass', new vscode.ThemeColor('testing.iconPassed'));
    case 'warning':
      return new vscode.ThemeIcon('warning', new vscode.ThemeColor('list.warningForeground'));
    case 'error':
      return new vscode.ThemeIcon('error', new vscode.ThemeColor('list.errorForeground'));
  }
}

function remedyIcon({ kind }: Remedy): vscode.ThemeIcon {
  const icons: Record<Remedy['kind'], string> = {
    setCodexPath: 'folder-opened',
    installCodex: 'link-external',
    logIn: 'account',
    manageTrust: 'shield',
    openFile: 'go-to-file',
    openSettings: 'settings-gear',
  };
  return new vscode.ThemeIcon(icons[kind]);
}

function reportOf({ launcher }: CheckSetupTargets, results: Results): string {
  const host = [vscode.env.appName, vscode.version, vscode.env.remoteName].filter(
    (part) => part !== undefined,
  );
  const system = `${process.platform} ${process.arch}`;
  const environment = `Codex Collab ${launcher.clientVersion}, ${host.join(' ')}, ${system}`;
  return homeAsTilde(setupReport(environment, results));
}
