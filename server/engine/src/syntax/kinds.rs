//! The grammar's node kinds and fields as enums, looked up by number: a string comparison for each node of each
//! keystroke would be the larger part of lowering.

use std::sync::OnceLock;

use tree_sitter::Node;

use super::Grammar;

macro_rules! kinds {
    ($($kind:ident = $name:literal),* $(,)?) => {
        /// The named node kinds that lowering tells apart.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub(crate) enum Kind { $($kind,)* Other }

        fn kind_from_name(name: &str) -> Kind {
            match name { $($name => Kind::$kind,)* _ => Kind::Other }
        }
    };
}

kinds! {
    AbstractClass = "abstract_class_declaration", Arguments = "arguments", Array = "array",
    ArrayPattern = "array_pattern", ArrowFunction = "arrow_function", As = "as_expression",
    Assignment = "assignment_expression", AssignmentPattern = "assignment_pattern",
    AugmentedAssignment = "augmented_assignment_expression", Await = "await_expression",
    Binary = "binary_expression", Break = "break_statement", Call = "call_expression", Catch = "catch_clause",
    ClassBody = "class_body", ClassDeclaration = "class_declaration", ClassExpression = "class",
    ClassStaticBlock = "class_static_block", Comment = "comment", ComputedName = "computed_property_name",
    Continue = "continue_statement", Decorator = "decorator", Do = "do_statement", ElseClause = "else_clause",
    Empty = "empty_statement", Error = "ERROR", ExportClause = "export_clause",
    ExportSpecifier = "export_specifier", ExportStatement = "export_statement",
    ExpressionStatement = "expression_statement", False = "false", Field = "public_field_definition",
    Finally = "finally_clause", ForIn = "for_in_statement", For = "for_statement",
    FormalParameters = "formal_parameters", FunctionDeclaration = "function_declaration",
    FunctionExpression = "function_expression", GeneratorDeclaration = "generator_function_declaration",
    GeneratorExpression = "generator_function", GenericType = "generic_type", Identifier = "identifier",
    If = "if_statement", Import = "import", ImportClause = "import_clause",
    ImportRequireClause = "import_require_clause", ImportSpecifier = "import_specifier",
    ImportStatement = "import_statement", Instantiation = "instantiation_expression", JsxAttribute = "jsx_attribute",
    JsxClosing = "jsx_closing_element", JsxElement = "jsx_element", JsxExpression = "jsx_expression",
    JsxOpening = "jsx_opening_element", JsxSelfClosing = "jsx_self_closing_element", JsxText = "jsx_text",
    Labeled = "labeled_statement", LexicalDeclaration = "lexical_declaration", Member = "member_expression",
    Method = "method_definition", NamedImports = "named_imports", NamespaceExport = "namespace_export",
    NamespaceImport = "namespace_import", New = "new_expression", NonNull = "non_null_expression", Null = "null",
    Number = "number", Object = "object", ObjectAssignmentPattern = "object_assignment_pattern",
    ObjectPattern = "object_pattern", OptionalParameter = "optional_parameter", Pair = "pair",
    PairPattern = "pair_pattern", Parenthesized = "parenthesized_expression",
    PrivateProperty = "private_property_identifier", Property = "property_identifier", Regex = "regex",
    RequiredParameter = "required_parameter", RestPattern = "rest_pattern", Return = "return_statement",
    Satisfies = "satisfies_expression", Sequence = "sequence_expression",
    ShorthandProperty = "shorthand_property_identifier",
    ShorthandPattern = "shorthand_property_identifier_pattern", Spread = "spread_element",
    StatementBlock = "statement_block", String = "string", Subscript = "subscript_expression", Super = "super",
    Switch = "switch_statement", SwitchBody = "switch_body", SwitchCase = "switch_case",
    SwitchDefault = "switch_default", Template = "template_string", TemplateSubstitution = "template_substitution",
    Ternary = "ternary_expression", This = "this", Throw = "throw_statement", True = "true", Try = "try_statement",
    TypeArguments = "type_arguments", TypeAssertion = "type_assertion", TypeIdentifier = "type_identifier",
    Unary = "unary_expression", Undefined = "undefined", Update = "update_expression",
    VariableDeclaration = "variable_declaration", VariableDeclarator = "variable_declarator", While = "while_statement",
    Yield = "yield_expression",
}

macro_rules! fields {
    ($($field:ident = $name:literal),* $(,)?) => {
        /// The grammar's fields that lowering asks for.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub(crate) enum Field { None, Other, $($field,)* }

        fn field_from_name(name: &str) -> Field {
            match name { $($name => Field::$field,)* _ => Field::Other }
        }
    };
}

fields! {
    Alias = "alias", Alternative = "alternative", Argument = "argument", Arguments = "arguments", Body = "body",
    Condition = "condition", Consequence = "consequence", Constructor = "constructor",
    Declaration = "declaration", Finalizer = "finalizer", Function = "function", Handler = "handler",
    Increment = "increment", Index = "index", Initializer = "initializer", Key = "key", Kind = "kind", Left = "left",
    Name = "name", Object = "object", Operator = "operator", Parameter = "parameter",
    Parameters = "parameters", Pattern = "pattern", Property = "property", Right = "right", Source = "source",
    Type = "type", TypeArguments = "type_arguments", Value = "value",
}

struct Tables {
    kinds: Vec<Kind>,
    /// Tokens that are in no field.
    punctuation: Vec<bool>,
    fields: Vec<Field>,
}

fn tables(grammar: Grammar) -> &'static Tables {
    static TYPESCRIPT: OnceLock<Tables> = OnceLock::new();
    static TSX: OnceLock<Tables> = OnceLock::new();
    let cell = match grammar {
        Grammar::TypeScript => &TYPESCRIPT,
        Grammar::Tsx => &TSX,
    };
    cell.get_or_init(|| {
        let language = grammar.language();
        let kinds = (0..language.node_kind_count() as u16).map(|id| {
            let named = language.node_kind_is_named(id);
            language.node_kind_for_id(id).filter(|_| named).map_or(Kind::Other, kind_from_name)
        });
        let fields = (0..=language.field_count() as u16)
            .map(|id| language.field_name_for_id(id).map_or(Field::None, field_from_name));
        let punctuation = (0..language.node_kind_count() as u16).map(|id| {
            let text = language.node_kind_for_id(id).unwrap_or("");
            matches!(
                text,
                "(" | ")" | "{" | "}" | "[" | "]" | "," | ";" | ":" | "." | "=>" | "=" | "${" | "\"" | "'" | "`"
            )
        });
        Tables { punctuation: punctuation.collect(), kinds: kinds.collect(), fields: fields.collect() }
    })
}

/// The kind of a node of `grammar`.
pub(crate) fn kind_of(grammar: Grammar, node: Node<'_>) -> Kind {
    let id = node.kind_id() as usize;
    tables(grammar).kinds.get(id).copied().unwrap_or_else(|| if node.is_error() { Kind::Error } else { Kind::Other })
}

/// Whether a node is a token that is in no field, which spares the question.
pub(crate) fn is_punctuation(grammar: Grammar, node: Node<'_>) -> bool {
    tables(grammar).punctuation.get(node.kind_id() as usize).copied().unwrap_or(false)
}

/// The field of a cursor's `field_id`.
pub(crate) fn field_of(grammar: Grammar, id: Option<std::num::NonZeroU16>) -> Field {
    id.map_or(Field::None, |id| tables(grammar).fields[id.get() as usize])
}
