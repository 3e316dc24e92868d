import { baseCells, type CellShape, childCells } from "../../geo/cell-shape.ts";
import { MAX_COVER_RADIUS_M } from "../../geo/cover.ts";
import { chordSquared, toEcef } from "../../geo/ecef.ts";
import type { Point } from "../../geo/point.ts";
import type { TileNode } from "./tile.ts";

/** A tile of a sparsely settled country: 1,770 km² on average. */
const COARSEST_TILE_RESOLUTION = 4;

/** 18 by 36 squares, and a column for 180° itself. */
const SQUARE_DEG = 10;
const SQUARES_TO_A_MERIDIAN = 180 / SQUARE_DEG;
/** From the middle of a square to its corners: five degrees north and five east are at most 784 km. */
const SQUARE_REACH_M = 800_000;

/** The cells of the earth, as far as somebody has looked. Above the coarsest tiles every cell is split. */
export class TileTree {
  readonly roots: readonly TileNode[] = baseCells().map(newNode);
  /** Of squares of latitude and longitude that somebody has asked about: each root is far from most of them. */
  readonly #rootsOfSquare = new Map<number, readonly TileNode[]>();
  /** How many cells it holds. */
  size = this.roots.length;

  /** What a cell is split into; undefined of a leaf. A function of its own, to be handed on. */
  readonly childrenOf = (node: TileNode): readonly TileNode[] | undefined =>
    node.children ?? (node.resolution < COARSEST_TILE_RESOLUTION ? this.split(node) : undefined);

  /** The roots that may hold a location within `radiusM` of the point. */
  rootsAround({ lat, lng }: Point, radiusM: number): readonly TileNode[] {
    if (radiusM > MAX_COVER_RADIUS_M) return this.roots;
    const row = Math.min(Math.floor((lat + 90) / SQUARE_DEG), SQUARES_TO_A_MERIDIAN - 1);
    const column = Math.floor((lng + 180) / SQUARE_DEG);
    const square = column * SQUARES_TO_A_MERIDIAN + row;
    let roots = this.#rootsOfSquare.get(square);
    if (roots === undefined) {
      const centre = toEcef({ lat: (row + 0.5) * SQUARE_DEG - 90, lng: (column + 0.5) * SQUARE_DEG - 180 });
      roots = this.roots.filter(
        (root) => Math.sqrt(chordSquared(centre, root)) <= SQUARE_REACH_M + MAX_COVER_RADIUS_M + root.reachM,
      );
      this.#rootsOfSquare.set(square, roots);
    }
    return roots;
  }

  /** Splits a leaf that holds no tile. */
  split(node: TileNode): readonly TileNode[] {
    const children = childCells(node).map(newNode);
    node.children = children;
    this.size += children.length;
    return children;
  }

  /** The leaves that may hold a location within `radiusM` of the point, nearest first; at most `limit` of them. */
  leavesAround(point: Point, radiusM: number, limit: number): TileNode[] {
    const origin = toEcef(point);
    const found: { node: TileNode; atLeastM: number }[] = [];
    const visit = (node: TileNode): void => {
      const atLeastM = Math.sqrt(chordSquared(origin, node)) - node.reachM;
      if (atLeastM > radiusM) return;
      const children = this.childrenOf(node);
      if (children === undefined) found.push({ node, atLeastM });
      else children.forEach(visit);
    };
    this.rootsAround(point, radiusM).forEach(visit);
    found.sort((a, b) => a.atLeastM - b.atLeastM);
    return found.slice(0, limit).map(({ node }) => node);
  }

  /** Forgets how cells are split in which `isKept` holds of no leaf. */
  prune(isKept: (leaf: TileNode) => boolean): void {
    let size = 0;
    const keeps = (node: TileNode): boolean => {
      size += 1;
      if (node.children === undefined) return isKept(node);
      const before = size;
      // Every child is visited: `some` would leave the rest uncounted.
      if (node.children.map(keeps).includes(true)) return true;
      node.children = undefined;
      size = before;
      return false;
    };
    this.roots.forEach(keeps);
    this.size = size;
  }
}

function newNode(shape: CellShape): TileNode {
  return { ...shape, children: undefined, tile: undefined };
}
