/**
 * Hosts of one kind in order of how full they are: a persistent treap whose nodes bound the room below them. Walking it
 * skips every part that cannot fit, so that a decision costs the depth of the tree and not the length of the fleet.
 * Every change makes a new tree that shares all but one path with the old one.
 */
import type { FreeHost } from './free.js';
import type { Claim } from './model.js';
import { covers, larger, type Room } from './room.js';

/** One host in the tree. */
export interface Leaf {
  readonly free: FreeHost;
  /** Position in the fleet: breaks ties, names the host. */
  readonly position: number;
  readonly fill: number;
  readonly room: Room;
  /** What is held here: who would have to leave. */
  readonly held: readonly Claim[];
}

interface Node {
  readonly leaf: Leaf;
  readonly priority: number;
  /** Bound of the room of every host from here down. */
  readonly bound: Room;
  readonly left: FillTree;
  readonly right: FillTree;
}

export type FillTree = Node | undefined;

const before = (a: Leaf, b: Leaf): boolean => (a.fill === b.fill ? a.position < b.position : a.fill < b.fill);

/** Balance without chance: a mixed position is as good as a random number. */
function priorityOf(position: number): number {
  let mixed = Math.imul(position ^ (position >>> 16), 0x45d9f3b);
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x45d9f3b);
  return (mixed ^ (mixed >>> 16)) >>> 0;
}

function node(leaf: Leaf, priority: number, left: FillTree, right: FillTree): Node {
  let bound = leaf.room;
  if (left !== undefined) bound = larger(bound, left.bound);
  if (right !== undefined) bound = larger(bound, right.bound);
  return { leaf, priority, bound, left, right };
}

/** Splits into those before `at` and those not. */
function split(tree: FillTree, at: Leaf): readonly [FillTree, FillTree] {
  if (tree === undefined) return [undefined, undefined];
  if (before(tree.leaf, at)) {
    const [low, high] = split(tree.right, at);
    return [node(tree.leaf, tree.priority, tree.left, low), high];
  }
  const [low, high] = split(tree.left, at);
  return [low, node(tree.leaf, tree.priority, high, tree.right)];
}

function merge(low: FillTree, high: FillTree): FillTree {
  if (low === undefined) return high;
  if (high === undefined) return low;
  if (low.priority > high.priority) return node(low.leaf, low.priority, low.left, merge(low.right, high));
  return node(high.leaf, high.priority, merge(low, high.left), high.right);
}

export function insert(tree: FillTree, leaf: Leaf): FillTree {
  const priority = priorityOf(leaf.position);
  if (tree === undefined || priority > tree.priority) {
    const [low, high] = split(tree, leaf);
    return node(leaf, priority, low, high);
  }
  return before(leaf, tree.leaf)
    ? node(tree.leaf, tree.priority, insert(tree.left, leaf), tree.right)
    : node(tree.leaf, tree.priority, tree.left, insert(tree.right, leaf));
}

export function remove(tree: FillTree, leaf: Leaf): FillTree {
  if (tree === undefined) return undefined;
  if (tree.leaf.position === leaf.position) return merge(tree.left, tree.right);
  return before(leaf, tree.leaf)
    ? node(tree.leaf, tree.priority, remove(tree.left, leaf), tree.right)
    : node(tree.leaf, tree.priority, tree.left, remove(tree.right, leaf));
}

/** A tree of many at once. */
export function treeOf(leaves: readonly Leaf[]): FillTree {
  let tree: FillTree = undefined;
  for (const leaf of leaves) tree = insert(tree, leaf);
  return tree;
}

/** Hosts that may have room for `needs`, fullest or emptiest first, one per call; undefined when there are no more. */
export function walk(tree: FillTree, needs: Room, order: 'fullest' | 'emptiest'): () => Leaf | undefined {
  const stack: Node[] = [];
  const descend = (from: FillTree): void => {
    for (let at = from; at !== undefined && covers(at.bound, needs); at = order === 'fullest' ? at.right : at.left) {
      stack.push(at);
    }
  };
  descend(tree);
  return () => {
    for (let at = stack.pop(); at !== undefined; at = stack.pop()) {
      descend(order === 'fullest' ? at.left : at.right);
      if (covers(at.leaf.room, needs)) return at.leaf;
    }
    return undefined;
  };
}
