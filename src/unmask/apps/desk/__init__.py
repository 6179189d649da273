"""What the graphical front ends share, and the pieces of the Streamlit app."""
