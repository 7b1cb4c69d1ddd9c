import assert from 'node:assert/strict';
import { test } from 'node:test';
import { TodoList } from './todo.js';

test('an added item is open until it is finished', () => {
  const list = new TodoList();
  list.add('write');
  assert.deepEqual(list.open(), ['write']);
  list.finish('write');
  assert.deepEqual(list.open(), []);
});
