import type { InitializeParams } from './protocol/InitializeParams';
import type { InitializeResponse } from './protocol/InitializeResponse';
import type { RequestId } from './protocol/RequestId';
import type { AgentMessageDeltaNotification } from './protocol/v2/AgentMessageDeltaNotification';
import type { CommandExecutionOutputDeltaNotification } from './protocol/v2/CommandExecutionOutputDeltaNotification';
import type { CommandExecutionRequestApprovalParams } from './protocol/v2/CommandExecutionRequestApprovalParams';
import type { CommandExecutionRequestApprovalResponse } from './protocol/v2/CommandExecutionRequestApprovalResponse';
import type { ConfigReadParams } from './protocol/v2/ConfigReadParams';
import type { ConfigWarningNotification } from './protocol/v2/ConfigWarningNotification';
import type { ErrorNotification } from './protocol/v2/ErrorNotification';
import type { FileChangeRequestApprovalParams } from './protocol/v2/FileChangeRequestApprovalParams';
import type { FileChangeRequestApprovalResponse } from './protocol/v2/FileChangeRequestApprovalResponse';
import type { GetAccountParams } from './protocol/v2/GetAccountParams';
import type { GetAccountResponse } from './protocol/v2/GetAccountResponse';
import type { ItemCompletedNotification } from './protocol/v2/ItemCompletedNotification';
import type { ItemStartedNotification } from './protocol/v2/ItemStartedNotification';
import type { McpServerElicitationRequestParams } from './protocol/v2/McpServerElicitationRequestParams';
import type { McpServerElicitationRequestResponse } from './protocol/v2/McpServerElicitationRequestResponse';
import type { ModelListParams } from './protocol/v2/ModelListParams';
import type { ModelListResponse } from './protocol/v2/ModelListResponse';
import type { ModelReroutedNotification } from './protocol/v2/ModelReroutedNotification';
import type { PermissionsRequestApprovalParams } from './protocol/v2/PermissionsRequestApprovalParams';
import type { PermissionsRequestApprovalResponse } from './protocol/v2/PermissionsRequestApprovalResponse';
import type { PlanDeltaNotification } from './protocol/v2/PlanDeltaNotification';
import type { ReasoningSummaryPartAddedNotification } from './protocol/v2/ReasoningSummaryPartAddedNotification';
import type { ReasoningSummaryTextDeltaNotification } from './protocol/v2/ReasoningSummaryTextDeltaNotification';
import type { ReasoningTextDeltaNotification } from './protocol/v2/ReasoningTextDeltaNotification';
import type { ServerRequestResolvedNotification } from './protocol/v2/ServerRequestResolvedNotification';
import type { ThreadArchiveParams } from './protocol/v2/ThreadArchiveParams';
import type { ThreadArchiveResponse } from './protocol/v2/ThreadArchiveResponse';
import type { ThreadDeleteParams } from './protocol/v2/ThreadDeleteParams';
import type { ThreadDeleteResponse } from './protocol/v2/ThreadDeleteResponse';
import type { ThreadGoalClearedNotification } from './protocol/v2/ThreadGoalClearedNotification';
import type { ThreadGoalGetParams } from './protocol/v2/ThreadGoalGetParams';
import type { ThreadGoalGetResponse } from './protocol/v2/ThreadGoalGetResponse';
import type { ThreadGoalSetParams } from './protocol/v2/ThreadGoalSetParams';
import type { ThreadGoalSetResponse } from './protocol/v2/ThreadGoalSetResponse';
import type { ThreadGoalUpdatedNotification } from './protocol/v2/ThreadGoalUpdatedNotification';
import type { ThreadItemsListParams } from './protocol/v2/ThreadItemsListParams';
import type { ThreadItemsListResponse } from './protocol/v2/ThreadItemsListResponse';
import type { ThreadListParams } from './protocol/v2/ThreadListParams';
import type { ThreadListResponse } from './protocol/v2/ThreadListResponse';
import type { ThreadNameUpdatedNotification } from './protocol/v2/ThreadNameUpdatedNotification';
import type { ThreadReadParams } from './protocol/v2/ThreadReadParams';
import type { ThreadReadResponse } from './protocol/v2/ThreadReadResponse';
import type { ThreadResumeParams } from './protocol/v2/ThreadResumeParams';
import type { ThreadResumeResponse } from './protocol/v2/ThreadResumeResponse';
import type { ThreadSetNameParams } from './protocol/v2/ThreadSetNameParams';
import type { ThreadSetNameResponse } from './protocol/v2/ThreadSetNameResponse';
import type { ThreadStartParams } from './protocol/v2/ThreadStartParams';
import type { ThreadStartResponse } from './protocol/v2/ThreadStartResponse';
import type { ThreadStartedNotification } from './protocol/v2/ThreadStartedNotification';
import type { ThreadStatusChangedNotification } from './protocol/v2/ThreadStatusChangedNotification';
import type { ThreadTokenUsageUpdatedNotification } from './protocol/v2/ThreadTokenUsageUpdatedNotification';
import type { ThreadTurnsListParams } from './protocol/v2/ThreadTurnsListParams';
import type { ThreadTurnsListResponse } from './protocol/v2/ThreadTurnsListResponse';
import type { ThreadUnarchiveParams } from './protocol/v2/ThreadUnarchiveParams';
import type { ThreadUnarchiveResponse } from './protocol/v2/ThreadUnarchiveResponse';
import type { ToolRequestUserInputParams } from './protocol/v2/ToolRequestUserInputParams';
import type { ToolRequestUserInputResponse } from './protocol/v2/ToolRequestUserInputResponse';
import type { TurnCompletedNotification } from './protocol/v2/TurnCompletedNotification';
import type { TurnDiffUpdatedNotification } from './protocol/v2/TurnDiffUpdatedNotification';
import type { TurnInterruptParams } from './protocol/v2/TurnInterruptParams';
import type { TurnInterruptResponse } from './protocol/v2/TurnInterruptResponse';
import type { TurnPlanUpdatedNotification } from './protocol/v2/TurnPlanUpdatedNotification';
import type { TurnStartParams } from './protocol/v2/TurnStartParams';
import type { TurnStartResponse } from './protocol/v2/TurnStartResponse';
import type { TurnStartedNotification } from './protocol/v2/TurnStartedNotification';
import type { TurnSteerParams } from './protocol/v2/TurnSteerParams';
import type { TurnSteerResponse } from './protocol/v2/TurnSteerResponse';
import type { WarningNotification } from './protocol/v2/WarningNotification';

/** The requests we send, by method. Typed as codex 0.169 has them: an older server may omit fields. */
export interface ClientRequests {
  initialize: { params: InitializeParams; result: InitializeResponse };
  'thread/start': { params: ThreadStartParams; result: ThreadStartResponse };
  'thread/resume': { params: ThreadResumeParams; result: ThreadResumeResponse };
  'thread/read': { params: ThreadReadParams; result: ThreadReadResponse };
  'thread/list': { params: ThreadListParams; result: ThreadListResponse };
  'thread/archive': { params: ThreadArchiveParams; result: ThreadArchiveResponse };
  'thread/unarchive': { params: ThreadUnarchiveParams; result: ThreadUnarchiveResponse };
  'thread/delete': { params: ThreadDeleteParams; result: ThreadDeleteResponse };
  'thread/name/set': { params: ThreadSetNameParams; result: ThreadSetNameResponse };
  'thread/turns/list': { params: ThreadTurnsListParams; result: ThreadTurnsListResponse };
  'thread/items/list': { params: ThreadItemsListParams; result: ThreadItemsListResponse };
  'thread/goal/get': { params: ThreadGoalGetParams; result: ThreadGoalGetResponse };
  'thread/goal/set': { params: ThreadGoalSetParams; result: ThreadGoalSetResponse };
  'turn/start': { params: TurnStartParams; result: TurnStartResponse };
  'turn/interrupt': { params: TurnInterruptParams; result: TurnInterruptResponse };
  'turn/steer': { params: TurnSteerParams; result: TurnSteerResponse };
  /** Of the whole configuration one name is read, and its types are thirty files. */
  'config/read': { params: ConfigReadParams; result: { config: unknown } };
  'account/read': { params: GetAccountParams; result: GetAccountResponse };
  'model/list': { params: ModelListParams; result: ModelListResponse };
}

/** The notifications we listen to, by method. The same caution as for {@link ClientRequests}. */
export interface ServerNotifications {
  'thread/started': ThreadStartedNotification;
  'thread/status/changed': ThreadStatusChangedNotification;
  'thread/name/updated': ThreadNameUpdatedNotification;
  'thread/tokenUsage/updated': ThreadTokenUsageUpdatedNotification;
  'thread/goal/updated': ThreadGoalUpdatedNotification;
  'thread/goal/cleared': ThreadGoalClearedNotification;
  'turn/started': TurnStartedNotification;
  'turn/completed': TurnCompletedNotification;
  'turn/diff/updated': TurnDiffUpdatedNotification;
  'turn/plan/updated': TurnPlanUpdatedNotification;
  'item/started': ItemStartedNotification;
  'item/completed': ItemCompletedNotification;
  'item/agentMessage/delta': AgentMessageDeltaNotification;
  'item/plan/delta': PlanDeltaNotification;
  'item/commandExecution/outputDelta': CommandExecutionOutputDeltaNotification;
  'item/reasoning/summaryPartAdded': ReasoningSummaryPartAddedNotification;
  'item/reasoning/summaryTextDelta': ReasoningSummaryTextDeltaNotification;
  'item/reasoning/textDelta': ReasoningTextDeltaNotification;
  error: ErrorNotification;
  warning: WarningNotification;
  configWarning: ConfigWarningNotification;
  'serverRequest/resolved': ServerRequestResolvedNotification;
  'model/rerouted': ModelReroutedNotification;
}

/** The requests of the server that we can answer, by method. */
export interface ServerRequests {
  'item/commandExecution/requestApproval': {
    params: CommandExecutionRequestApprovalParams;
    result: CommandExecutionRequestApprovalResponse;
  };
  'item/fileChange/requestApproval': {
    params: FileChangeRequestApprovalParams;
    result: FileChangeRequestApprovalResponse;
  };
  'item/permissions/requestApproval': {
    params: PermissionsRequestApprovalParams;
    result: PermissionsRequestApprovalResponse;
  };
  'item/tool/requestUserInput': { params: ToolRequestUserInputParams; result: ToolRequestUserInputResponse };
  'mcpServer/elicitation/request': {
    params: McpServerElicitationRequestParams;
    result: McpServerElicitationRequestResponse;
  };
}

/** One known notification; `method` tells the type of `params`. */
export type ServerNotification = {
  [M in keyof ServerNotifications]: { method: M; params: ServerNotifications[M] };
}[keyof ServerNotifications];

/** One known request of the server. `id` is what `serverRequest/resolved` names; ids start at 0. */
export type ServerRequest = {
  [M in keyof ServerRequests]: { id: RequestId; method: M; params: ServerRequests[M]['params'] };
}[keyof ServerRequests];

/** True when the method of something that came in is one of {@link ServerNotifications}. */
export function isKnownNotification(message: {
  method: string;
  params: object;
}): message is ServerNotification {
  return Object.hasOwn(notificationMethods, message.method);
}

/** True when the method of something that came in is one of {@link ServerRequests}. */
export function isKnownRequest(message: {
  id: RequestId;
  method: string;
  params: object;
}): message is ServerRequest {
  return Object.hasOwn(requestMethods, message.method);
}

const notificationMethods: Record<keyof ServerNotifications, true> = {
  'thread/started': true,
  'thread/status/changed': true,
  'thread/name/updated': true,
  'thread/tokenUsage/updated': true,
  'thread/goal/updated': true,
  'thread/goal/cleared': true,
  'turn/started': true,
  'turn/completed': true,
  'turn/diff/updated': true,
  'turn/plan/updated': true,
  'item/started': true,
  'item/completed': true,
  'item/agentMessage/delta': true,
  'item/plan/delta': true,
  'item/commandExecution/outputDelta': true,
  'item/reasoning/summaryPartAdded': true,
  'item/reasoning/summaryTextDelta': true,
  'item/reasoning/textDelta': true,
  error: true,
  warning: true,
  configWarning: true,
  'serverRequest/resolved': true,
  'model/rerouted': true,
};

const requestMethods: Record<keyof ServerRequests, true> = {
  'item/commandExecution/requestApproval': true,
  'item/fileChange/requestApproval': true,
  'item/permissions/requestApproval': true,
  'item/tool/requestUserInput': true,
  'mcpServer/elicitation/request': true,
};
