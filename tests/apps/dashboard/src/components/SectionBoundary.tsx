import { Component, type ReactNode } from "react";

interface Props {
  title: string;
  children: ReactNode;
}

interface State {
  failed: boolean;
}

/** Keeps the rest of the dashboard alive when one section throws. */
export class SectionBoundary extends Component<Props, State> {
  override state: State = { failed: false };

  static getDerivedStateFromError(): State {
    return { failed: true };
  }

  override render() {
    if (this.state.failed) {
      return <p role="alert">{this.props.title}: this section has failed.</p>;
    }
    return this.props.children;
  }
}
