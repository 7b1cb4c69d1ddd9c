/**
 * The catalogue of the models that the stub plays, in the form of codex 0.169's `model_catalog_json`. A model
 * that no catalogue knows is served too, but codex warns about it in every thread and offers no `apply_patch`.
 */
export const offlineModels = {
  models: [
    offlineModel(
      'offline',
      'Offline',
      'Answers from this machine; commands and edits are tools of their own.',
    ),
    {
      ...offlineModel('offline-code-mode', 'Offline Code Mode', 'The same, by way of one JavaScript tool.'),
      tool_mode: 'code_mode_only',
    },
  ],
};

function offlineModel(slug: string, displayName: string, description: string): object {
  return {
    slug,
    display_name: displayName,
    description,
    visibility: 'list',
    supported_in_api: true,
    priority: 1,
    base_instructions: 'You are the offline model.',
    default_reasoning_level: 'medium',
    supported_reasoning_levels: ['low', 'medium', 'high'].map((effort) => ({ effort, description: effort })),
    default_reasoning_summary: 'auto',
    shell_type: 'unified_exec',
    apply_patch_tool_type: 'freeform',
    support_verbosity: false,
    default_verbosity: null,
    supports_parallel_tool_calls: true,
    supports_search_tool: false,
    experimental_supported_tools: [],
    truncation_policy: { mode: 'tokens', limit: 10_000 },
    input_modalities: ['text', 'image'],
    context_window: 272_000,
  };
}
