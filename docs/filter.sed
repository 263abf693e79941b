# What Doxygen reads of a header. A line below a comment stays as it is; of the others go
/^ *\/\/\//{
  :comment
  n
  /^ *\/\/\//b comment
  b
}
# - the first member of every options struct, which only forces names upon the others,
s/Named by_name = Named\(\);//
# - constructors and assignments that do what every type's do.
s/^ *([A-Z][A-Za-z]*)(& operator=)?\(((const )?\1&+)?\)[ &a-z]* = default;$//
