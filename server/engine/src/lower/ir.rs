//! The intermediate representation: a unit's meaning, owned, with offsets relative to the unit's start.
//!
//! An expression is a [`Value`] that lists who uses it, so that the model can follow a handle forward without
//! walking syntax. Parentheses, type assertions and `!` leave no trace.

use rustc_hash::FxHashMap;
use smallvec::SmallVec;
use smol_str::SmolStr;

pub(crate) use super::subjects::{Subject, Subjects};
use crate::text::Span;

/// A name in the source.
pub(crate) type Name = SmolStr;

macro_rules! ids {
    ($($(#[$doc:meta])* $id:ident),*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub(crate) struct $id(pub(crate) u32);

        impl $id {
            pub(crate) fn index(self) -> usize {
                self.0 as usize
            }
        }
    )*};
}

ids! {
    /// An expression of a unit.
    ValueId,
    /// A function of a unit; 0 is the unit's own top level.
    FuncId,
    /// A name that a unit declares.
    BindingId,
    /// A block of a function.
    BlockId,
    /// A statement of a unit.
    StmtId
}

/// The unit's own top level, which runs when the module loads (a class member's: when the class is used).
pub(crate) const TOP: FuncId = FuncId(0);

/// A lowered unit.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct UnitFacts {
    pub(crate) class: Option<ClassRole>,
    pub(crate) values: Vec<ValueData>,
    pub(crate) funcs: Vec<Func>,
    pub(crate) bindings: Vec<Binding>,
    pub(crate) stmts: Vec<Stmt>,
    /// Names that the unit uses and does not declare, with their uses.
    pub(crate) free: FxHashMap<Name, Vec<ValueId>>,
    /// Values that the unit stores to names that it does not declare.
    pub(crate) free_stores: FxHashMap<Name, Vec<ValueId>>,
    /// `this.name` in a class member: the member expressions, by name.
    pub(crate) this_members: FxHashMap<Name, Vec<ValueId>>,
    pub(crate) exports: Vec<Export>,
    /// Types of objects that the unit declares; a name with `#` is made up.
    pub(crate) types: Vec<TypeShape>,
    /// Calls and constructions, by their ends.
    pub(crate) calls: Vec<ValueId>,
    /// The `try` statements that catch.
    pub(crate) tries: Vec<Try>,
    /// What its names and texts speak of.
    pub(crate) subjects: Subjects,
    /// Stretches that the parser could not read.
    pub(crate) holes: Vec<Span>,
    /// Some element has a property `ref`.
    pub(crate) has_references: bool,
    /// Nested too deeply to be read whole; the rest is unknown.
    pub(crate) truncated: bool,
}

/// A `try` statement that catches.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Try {
    /// Its body, with the braces.
    pub(crate) body: Span,
    /// Its `catch` clause.
    pub(crate) clause: Span,
    /// The body of that.
    pub(crate) handler: Span,
    /// That has no statement.
    pub(crate) ignores: bool,
}

/// The members of an object's type, each with the first name in its own type.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct TypeShape {
    pub(crate) name: Name,
    pub(crate) members: Vec<(Name, Name)>,
}

/// What a unit is to a top-level class.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum ClassRole {
    /// The class's head.
    Header {
        name: Name,
        extends: Option<ValueId>,
        /// Names of its decorators.
        decorators: Vec<Name>,
    },
    /// A method, with its function, or an accessor.
    Method { name: Name, func: FuncId, is_private: bool, is_static: bool, is_getter: bool },
    /// A field and its initial value.
    Field { name: Name, value: Option<ValueId>, is_private: bool, is_static: bool },
    /// A static block.
    Block,
    /// No class: the options of a component, whose functions share a `this`.
    Options { object: ValueId },
}

/// An expression, where it stands, and who uses it.
#[derive(Debug, PartialEq)]
pub(crate) struct ValueData {
    pub(crate) value: Value,
    pub(crate) span: Span,
    /// The function whose run evaluates it.
    pub(crate) func: FuncId,
    pub(crate) block: BlockId,
    pub(crate) stmt: Option<StmtId>,
    pub(crate) uses: SmallVec<[Use; 1]>,
}

/// An expression's meaning.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Value {
    Unknown,
    Lit(Lit),
    Template(Vec<Part>),
    /// A name of this unit.
    Local(BindingId),
    /// A name of another unit, or of nobody.
    Free(Name),
    This,
    Member {
        object: ValueId,
        name: Name,
    },
    Index {
        object: ValueId,
        index: ValueId,
    },
    Call(Call),
    Func(FuncId),
    Object(Vec<Prop>),
    Array(Vec<ValueId>),
    Spread(ValueId),
    Await(ValueId),
    /// One of these: `a ?? b`, `a || b`, `c ? a : b`, a default.
    OneOf(SmallVec<[ValueId; 2]>),
    Binary {
        op: Name,
        left: ValueId,
        right: ValueId,
    },
    Unary {
        op: Name,
        operand: ValueId,
    },
    /// `target = value`, `target += value`, `target++`.
    Assign {
        target: ValueId,
        value: ValueId,
        op: Name,
    },
    Param {
        func: FuncId,
        index: u32,
    },
    /// An element of what is iterated.
    Element(ValueId),
    Import {
        source: Name,
        name: Name,
    },
    Jsx {
        tag: Option<ValueId>,
        props: Vec<Prop>,
    },
    /// A class that is not cut into units.
    Class,
}

/// A call or, with `is_new`, a construction.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Call {
    pub(crate) callee: ValueId,
    pub(crate) args: SmallVec<[ValueId; 2]>,
    pub(crate) is_new: bool,
    /// The span of `(…)`, or an empty one after `new X`.
    pub(crate) args_span: Span,
}

/// A constant.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Lit {
    Str(Name),
    Num(f64),
    Bool(bool),
    Null,
    Undefined,
    Regex,
}

/// A piece of a template.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Part {
    Text(Name),
    Value(ValueId),
}

/// A property of an object literal or of an element.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Prop {
    /// `None`: a spread or a computed key.
    pub(crate) key: Option<Name>,
    pub(crate) value: ValueId,
    /// `{ name }`.
    pub(crate) shorthand: bool,
}

/// Who uses a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Use {
    /// It is what that call calls.
    Callee(ValueId),
    Arg(ValueId, u32),
    /// It is the object of that member or index expression.
    Object(ValueId),
    Index,
    /// It is bound to that name: initial value or assignment.
    Bound(BindingId),
    /// It is assigned to the target of that assignment, which is no local name.
    Assigned(ValueId),
    /// It is the target of that assignment.
    Target(ValueId),
    Returned(FuncId),
    Element(ValueId),
    Prop(ValueId, u32),
    Spread(ValueId),
    /// An operand whose value goes into that computed value.
    Operand(ValueId),
    /// An alternative of that value, which may be this one.
    Branch(ValueId),
    Awaited(ValueId),
    Iterated(ValueId),
    /// A property of that element.
    JsxProp(ValueId, u32),
    JsxChild(ValueId),
    Condition,
    Thrown,
    Exported,
}

/// A function and its control flow.
#[derive(Debug, PartialEq)]
pub(crate) struct Func {
    pub(crate) parent: Option<FuncId>,
    pub(crate) name: Option<Name>,
    /// The expression that makes it; absent for the top level and for methods of cut classes.
    pub(crate) value: Option<ValueId>,
    pub(crate) params: SmallVec<[ValueId; 4]>,
    /// The types of those that have one, by their place.
    pub(crate) param_types: Vec<(u32, Name)>,
    pub(crate) is_async: bool,
    pub(crate) span: Span,
    /// The body: a block with its braces, or an arrow's expression.
    pub(crate) body: Span,
    pub(crate) expression_body: bool,
    pub(crate) blocks: Vec<Block>,
    pub(crate) returns: SmallVec<[ValueId; 4]>,
}

/// A stretch of operations with one entry and no jump within.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct Block {
    pub(crate) ops: Vec<Op>,
    pub(crate) next: SmallVec<[BlockId; 2]>,
    /// The conditions that hold here, outermost first.
    pub(crate) guards: SmallVec<[Guard; 2]>,
    /// What parts it from the block before.
    pub(crate) gap: Gap,
}

/// A condition and the outcome that leads to a block.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Guard {
    pub(crate) condition: ValueId,
    pub(crate) holds: bool,
}

/// What parts a block from the synchronous run before it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Gap {
    #[default]
    None,
    Await,
}

/// What a block does, in order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Op {
    Call(ValueId),
    Assign(ValueId),
    Return(Option<ValueId>),
    Throw,
}

/// A declared name.
#[derive(Debug, PartialEq)]
pub(crate) struct Binding {
    pub(crate) name: Name,
    pub(crate) kind: BindingKind,
    pub(crate) span: Span,
    pub(crate) func: FuncId,
    /// Declared at the unit's top level, so that other units see it.
    pub(crate) top: bool,
    /// Initial value and assignments.
    pub(crate) stores: SmallVec<[ValueId; 1]>,
    pub(crate) reads: SmallVec<[ValueId; 4]>,
    /// The first type name of its annotation.
    pub(crate) type_name: Option<Name>,
}

/// How a name is declared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum BindingKind {
    Const,
    Let,
    Var,
    Using,
    Param,
    Function,
    Class,
    Import,
    Catch,
    Enum,
}

/// A statement: its place, and the list of statements it stands in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Stmt {
    pub(crate) span: Span,
    pub(crate) func: FuncId,
    /// Equal for the statements of one block.
    pub(crate) list: u32,
}

/// Something a module gives to others.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Export {
    /// The name that others import; `*` for all of a source.
    pub(crate) name: Name,
    pub(crate) from: ExportFrom,
}

/// Where an export comes from.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum ExportFrom {
    /// A name of this module.
    Name(Name),
    /// An expression: `export default …`.
    Value(ValueId),
    /// A name of another module (`*`: all of it).
    Module { source: Name, name: Name },
}

impl UnitFacts {
    pub(crate) fn value(&self, id: ValueId) -> &ValueData {
        &self.values[id.index()]
    }

    pub(crate) fn func(&self, id: FuncId) -> &Func {
        &self.funcs[id.index()]
    }

    pub(crate) fn binding(&self, id: BindingId) -> &Binding {
        &self.bindings[id.index()]
    }

    /// Whether something is assigned to that expression.
    pub(crate) fn is_target(&self, id: ValueId) -> bool {
        self.value(id).uses.iter().any(|used| matches!(used, Use::Target(_)))
    }

    pub(crate) fn call(&self, id: ValueId) -> Option<&Call> {
        match &self.value(id).value {
            Value::Call(call) => Some(call),
            _ => None,
        }
    }
}
