/**
 * A panel whose component throws leaves the others standing, and is named among the faults.
 */
import { Component, type ReactNode } from 'react';

interface GuardedProps {
  readonly children: ReactNode;
}

export class Guarded extends Component<GuardedProps, { readonly said?: string }> {
  override state: { readonly said?: string } = {};

  static getDerivedStateFromError(error: unknown): { said: string } {
    return { said: error instanceof Error ? error.message : String(error) };
  }

  override render() {
    const { said } = this.state;
    return said === undefined ? this.props.children : <div data-broken={said}>cannot be drawn: {said}</div>;
  }
}
